# SPDX-License-Identifier: BSL-1.0
# enginebay_add_test(): one test program, one ctest test per backend it runs on.
#
#   enginebay_add_test(<name> SOURCES <file>... [LINK <library>...] [BACKENDS] [LABELS <label>...] [TIMEOUT <s>] [SHARDS <n>])
#
# Without BACKENDS one test <name>. With BACKENDS the tests <name>.sqlite and <name>.postgresql: the same program,
# TELECLAUDE_DB_ENGINE says which backend; the latter brings up a PostgreSQL server (fixture `postgres`).
# With SHARDS each of these is n tests, <name>...1 to n, that share the program's cases between them.
# The program's target is enginebay_test_<name>, dots replaced by underscores.

set(ENGINEBAY_TEST_TIMEOUT_FACTOR 1 CACHE STRING "Multiplies every test's time-out (sanitizers are slow)")

# A folder of its own under /tmp per build tree: a socket's path may have 107 bytes, and the unprivileged user
# the server runs as may be unable to enter the build tree.
string(SHA256 enginebay_tree "${CMAKE_BINARY_DIR}")
string(SUBSTRING "${enginebay_tree}" 0 12 enginebay_tree)
set(ENGINEBAY_TEST_POSTGRES_DIR "/tmp/enginebay-pg-${enginebay_tree}")
set(ENGINEBAY_TEST_POSTGRES_ENV "${CMAKE_BINARY_DIR}/tests/postgres.env")

# Real databases of the old daemon; what their makers say of SQL inside them keeps them out of this tree. The tests on
# them are built where they are. Databases made by tests/core/old_daemon take their place in every tree.
set(ENGINEBAY_TEST_SAMPLES "${PROJECT_SOURCE_DIR}/../shared/legacy-samples"
    CACHE PATH "Folder of databases that the old daemon left, for the tests on them")
if(NOT EXISTS "${ENGINEBAY_TEST_SAMPLES}/fresh-17.db")
    message(STATUS "no databases in ENGINEBAY_TEST_SAMPLES (${ENGINEBAY_TEST_SAMPLES}): the tests on them are left out")
endif()

set(enginebay_test_environment
    "ENGINEBAY_TEST_PLUGIN_DIR=${CMAKE_BINARY_DIR}/lib/enginebay/plugins"
    "ENGINEBAY_TEST_BIN_DIR=${CMAKE_BINARY_DIR}/bin"
    "ENGINEBAY_TEST_SOURCE_DIR=${PROJECT_SOURCE_DIR}"
    "ENGINEBAY_TEST_SAMPLES=${ENGINEBAY_TEST_SAMPLES}"
    "ENGINEBAY_TEST_POSTGRES_ENV=${ENGINEBAY_TEST_POSTGRES_ENV}"
    "ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:abort_on_error=0"
    "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1"
    "TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=${PROJECT_SOURCE_DIR}/cmake/tsan.supp"
    "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/lsan.supp:print_suppressions=0")

if(ENGINEBAY_PLUGIN_POSTGRESQL)
    set(postgres_script "${PROJECT_SOURCE_DIR}/tests/support/postgres")
    add_test(NAME postgres.start COMMAND "${postgres_script}" start "${ENGINEBAY_TEST_POSTGRES_DIR}" --facts
                                         "${ENGINEBAY_TEST_POSTGRES_ENV}" --for-tests)
    add_test(NAME postgres.stop COMMAND "${postgres_script}" stop "${ENGINEBAY_TEST_POSTGRES_DIR}" --facts
                                        "${ENGINEBAY_TEST_POSTGRES_ENV}" --for-tests)
    set_tests_properties(postgres.start PROPERTIES FIXTURES_SETUP postgres)
    set_tests_properties(postgres.stop PROPERTIES FIXTURES_CLEANUP postgres)
    # 77: no server program on this machine, and this is no CI run.
    set_tests_properties(postgres.start postgres.stop PROPERTIES LABELS postgresql TIMEOUT 120 SKIP_RETURN_CODE 77)
endif()

# One ctest test of a program that exists.
function(enginebay_register_test name program)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "BACKEND;TIMEOUT;SHARD;SHARDS" "LABELS")
    if(arg_SHARDS AND NOT arg_SHARD)
        foreach(shard RANGE 1 ${arg_SHARDS})
            enginebay_register_test(
                ${name}.${shard} ${program} SHARD ${shard} SHARDS ${arg_SHARDS} BACKEND ${arg_BACKEND} TIMEOUT
                ${arg_TIMEOUT} LABELS ${arg_LABELS})
        endforeach()
        return()
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    math(EXPR timeout "${arg_TIMEOUT} * ${ENGINEBAY_TEST_TIMEOUT_FACTOR}")
    set(environment ${enginebay_test_environment})
    if(arg_BACKEND)
        list(APPEND environment "TELECLAUDE_DB_ENGINE=${arg_BACKEND}")
        list(APPEND arg_LABELS ${arg_BACKEND})
    endif()
    if(arg_SHARD)
        math(EXPR index "${arg_SHARD} - 1")
        list(APPEND environment "GTEST_TOTAL_SHARDS=${arg_SHARDS}" "GTEST_SHARD_INDEX=${index}")
    endif()
    add_test(NAME ${name} COMMAND ${program})
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "${environment}" LABELS "${arg_LABELS}" TIMEOUT ${timeout})
    if(arg_BACKEND STREQUAL "postgresql")
        set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED postgres)
    endif()
endfunction()

function(enginebay_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "BACKENDS" "TIMEOUT;SHARDS" "SOURCES;LINK;LABELS")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
        message(FATAL_ERROR "enginebay_add_test(${name}): give SOURCES; not understood: '${arg_UNPARSED_ARGUMENTS}'")
    endif()
    string(REPLACE "." "_" target "enginebay_test_${name}")
    add_executable(${target} ${arg_SOURCES})
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests/bin")
    target_link_libraries(
        ${target}
        PRIVATE enginebay_warnings
                EngineBay::core
                $<IF:$<TARGET_EXISTS:enginebay_test_support>,enginebay_test_support,GTest::gtest_main>
                GTest::gmock
                ${arg_LINK})

    set(options LABELS ${arg_LABELS} TIMEOUT ${arg_TIMEOUT} SHARDS ${arg_SHARDS})
    if(NOT arg_BACKENDS)
        enginebay_register_test(${name} ${target} ${options})
        return()
    endif()
    add_dependencies(${target} enginebay_plugins)
    if(ENGINEBAY_PLUGIN_SQLITE)
        enginebay_register_test(${name}.sqlite ${target} BACKEND sqlite ${options})
    endif()
    if(ENGINEBAY_PLUGIN_POSTGRESQL)
        enginebay_register_test(${name}.postgresql ${target} BACKEND postgresql ${options})
    endif()
endfunction()
