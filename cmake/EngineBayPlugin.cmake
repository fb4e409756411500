# SPDX-License-Identifier: BSL-1.0
# enginebay_add_plugin(): the one way to build a plugin, in this tree and, installed, for everybody else.
#
#   enginebay_add_plugin(<name> SOURCES <file>... [LINK <library>...]
#                        [TARGET <target>] [OUTPUT_DIRECTORY <dir>] [NO_INSTALL] [ALLOW_UNDEFINED])
#
# Builds <name>.so (target enginebay_plugin_<name> unless TARGET names another) against EngineBay::core:
#   * exports `enginebay_plugin` only (plugin.map, beside this file);
#   * a symbol nobody defines is a link error, unless ALLOW_UNDEFINED;
#   * is left in <build>/lib/enginebay/plugins, or in OUTPUT_DIRECTORY;
#   * is installed to <libdir>/enginebay/plugins as the component <name>, unless NO_INSTALL, where it finds the
#     core through its own place.

function(enginebay_add_plugin name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "NO_INSTALL;ALLOW_UNDEFINED" "TARGET;OUTPUT_DIRECTORY" "SOURCES;LINK")
    if(NOT name MATCHES "^[a-z][a-z0-9_]*$" OR name MATCHES "^................................")
        message(FATAL_ERROR "enginebay_add_plugin: '${name}' is no plugin name: [a-z][a-z0-9_]{0,30}")
    endif()
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
        message(FATAL_ERROR "enginebay_add_plugin(${name}): give SOURCES; not understood: '${arg_UNPARSED_ARGUMENTS}'")
    endif()
    if(NOT arg_TARGET)
        set(arg_TARGET "enginebay_plugin_${name}")
    endif()
    if(NOT arg_OUTPUT_DIRECTORY)
        set(arg_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib/enginebay/plugins")
    endif()
    set(map "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map")

    add_library(${arg_TARGET} MODULE ${arg_SOURCES})
    target_compile_features(${arg_TARGET} PRIVATE cxx_std_20)
    target_link_libraries(${arg_TARGET} PRIVATE EngineBay::core ${arg_LINK})
    if(TARGET enginebay_warnings)
        target_link_libraries(${arg_TARGET} PRIVATE enginebay_warnings)
    endif()
    target_link_options(${arg_TARGET} PRIVATE "LINKER:--version-script=${map}" "LINKER:--enable-new-dtags")
    set_target_properties(
        ${arg_TARGET}
        PROPERTIES PREFIX ""
                   OUTPUT_NAME "${name}"
                   CXX_EXTENSIONS OFF
                   CXX_VISIBILITY_PRESET hidden
                   VISIBILITY_INLINES_HIDDEN ON
                   LINK_DEPENDS "${map}"
                   LIBRARY_OUTPUT_DIRECTORY "${arg_OUTPUT_DIRECTORY}"
                   INSTALL_RPATH "$ORIGIN/../..")

    # clang leaves the sanitizers' own symbols to the program; g++ links its runtime into the plugin.
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_FLAGS MATCHES "-fsanitize=")
        set(arg_ALLOW_UNDEFINED TRUE)
    endif()
    if(NOT arg_ALLOW_UNDEFINED)
        target_link_options(${arg_TARGET} PRIVATE "LINKER:--no-undefined")
    endif()

    if(NOT arg_NO_INSTALL)
        include(GNUInstallDirs)
        install(TARGETS ${arg_TARGET} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/enginebay/plugins" COMPONENT ${name})
    endif()
endfunction()
