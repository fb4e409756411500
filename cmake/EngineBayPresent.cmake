# SPDX-License-Identifier: BSL-1.0
# enginebay_present(<out> <file>...): those of the named files that exist yet. Lets a tree that is still being
# filled configure; configures anew when a file appears in one of the folders.
function(enginebay_present out)
    set(present)
    foreach(file IN LISTS ARGN)
        get_filename_component(path "${file}" ABSOLUTE)
        get_filename_component(folder "${path}" DIRECTORY)
        if(IS_DIRECTORY "${folder}")
            set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${folder}")
        endif()
        if(EXISTS "${path}")
            list(APPEND present "${file}")
        endif()
    endforeach()
    set(${out} "${present}" PARENT_SCOPE)
endfunction()
