# SPDX-License-Identifier: BSL-1.0
# Leaves TeleClaude's schema and revisions in <build>/share/teleclaude/migrations, where the programs look for
# them, copied anew whenever one is changed, added or removed; and installs them.

set(migrations_from "${PROJECT_SOURCE_DIR}/migrations")
set(migrations_to "${CMAKE_BINARY_DIR}/share/teleclaude/migrations")
set(migrations_stamp "${CMAKE_BINARY_DIR}/share/teleclaude/migrations.stamp")

file(GLOB_RECURSE migrations_files CONFIGURE_DEPENDS "${migrations_from}/*.yaml")
# The list of names changes the command, so a removed file triggers the copy too.
string(SHA256 migrations_names "${migrations_files}")
add_custom_command(
    OUTPUT "${migrations_stamp}"
    COMMAND ${CMAKE_COMMAND} -E rm -rf "${migrations_to}"
    COMMAND ${CMAKE_COMMAND} -E make_directory "${migrations_to}"
    COMMAND ${CMAKE_COMMAND} -E copy_directory "${migrations_from}" "${migrations_to}"
    COMMAND ${CMAKE_COMMAND} -E echo "${migrations_names}" > "${migrations_stamp}"
    DEPENDS ${migrations_files}
    COMMENT "Copying TeleClaude's migrations"
    VERBATIM)
add_custom_target(teleclaude_migrations ALL DEPENDS "${migrations_stamp}")

install(
    DIRECTORY "${migrations_from}/"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/teleclaude/migrations"
    COMPONENT daemon
    FILES_MATCHING
    PATTERN "*.yaml")
