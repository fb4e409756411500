# SPDX-License-Identifier: BSL-1.0
# Poco's package file for DataPostgreSQL names PostgreSQL::client and never finds it (Debian 12).
# Included before find_package(Poco), after pkg-config found libpq.

if(NOT TARGET PostgreSQL::client)
    add_library(PostgreSQL::client INTERFACE IMPORTED)
    target_link_libraries(PostgreSQL::client INTERFACE PkgConfig::libpq)
endif()
