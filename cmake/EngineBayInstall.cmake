# SPDX-License-Identifier: BSL-1.0
# The installed package: one export file per component, so that find_package(EngineBay COMPONENTS core) needs
# nothing that only another component needs.

include(CMakePackageConfigHelpers)
set(enginebay_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/EngineBay")

# enginebay_export(<component> <target>...): installs the targets with their header sets as EngineBay::<EXPORT_NAME>.
function(enginebay_export component)
    install(
        TARGETS ${ARGN}
        EXPORT EngineBay_${component}
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${component}
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${component}
        FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT ${component})
    install(
        EXPORT EngineBay_${component}
        NAMESPACE EngineBay::
        FILE EngineBay_${component}.cmake
        DESTINATION "${enginebay_package_dir}"
        COMPONENT ${component})
endfunction()

function(enginebay_install_package)
    set(EngineBay_PLUGIN_DIR "${CMAKE_INSTALL_LIBDIR}/enginebay/plugins")
    configure_package_config_file(
        "${PROJECT_SOURCE_DIR}/cmake/EngineBayConfig.cmake.in" "${PROJECT_BINARY_DIR}/EngineBayConfig.cmake"
        INSTALL_DESTINATION "${enginebay_package_dir}"
        PATH_VARS EngineBay_PLUGIN_DIR)
    write_basic_package_version_file("${PROJECT_BINARY_DIR}/EngineBayConfigVersion.cmake"
                                     COMPATIBILITY SameMinorVersion)
    install(
        FILES "${PROJECT_BINARY_DIR}/EngineBayConfig.cmake"
              "${PROJECT_BINARY_DIR}/EngineBayConfigVersion.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/EngineBayPlugin.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/plugin.map"
        DESTINATION "${enginebay_package_dir}"
        COMPONENT core)
endfunction()
