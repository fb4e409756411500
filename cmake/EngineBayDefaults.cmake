# SPDX-License-Identifier: BSL-1.0
# Defaults of every target in this tree: language, visibility, where results are left, how they find each other.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

# The search paths beside a program (../lib/enginebay/plugins, ../share/<product>/migrations) hold in the
# build tree as they do after an install.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

# An installed program finds the core by its own place, so that a prefix can be moved.
file(RELATIVE_PATH enginebay_bin_to_lib "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
set(CMAKE_INSTALL_RPATH "$ORIGIN/${enginebay_bin_to_lib}")
add_link_options("LINKER:--enable-new-dtags")

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(ENGINEBAY_CCACHE ccache)
    mark_as_advanced(ENGINEBAY_CCACHE)
    if(ENGINEBAY_CCACHE)
        set(CMAKE_CXX_COMPILER_LAUNCHER "${ENGINEBAY_CCACHE}")
    endif()
endif()
