# SPDX-License-Identifier: BSL-1.0
# Finds what the chosen parts need, once, and mends what the distributions' package files get wrong.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(Boost 1.74 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(libelf REQUIRED IMPORTED_TARGET libelf)

# yaml-cpp 0.7 calls its target yaml-cpp, newer versions yaml-cpp::yaml-cpp; here it is always the latter.
find_package(yaml-cpp REQUIRED)
if(NOT TARGET yaml-cpp::yaml-cpp)
    add_library(yaml-cpp::yaml-cpp INTERFACE IMPORTED)
    target_link_libraries(yaml-cpp::yaml-cpp INTERFACE yaml-cpp)
endif()

set(enginebay_poco Foundation Util JSON Net)
if(ENGINEBAY_PLUGIN_SQLITE)
    pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3>=3.40)
    list(APPEND enginebay_poco Data DataSQLite)
endif()
if(ENGINEBAY_PLUGIN_POSTGRESQL)
    pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
    list(APPEND enginebay_poco Data DataPostgreSQL)
    include(PocoPostgreSQLShim)
endif()
list(REMOVE_DUPLICATES enginebay_poco)
find_package(Poco 1.11 REQUIRED COMPONENTS ${enginebay_poco})

if(ENGINEBAY_BUILD_TESTS)
    find_package(GTest 1.12 REQUIRED)
endif()
if(ENGINEBAY_BUILD_BENCH)
    find_package(benchmark 1.7 REQUIRED)
endif()
