// SPDX-License-Identifier: BSL-1.0
// Registers the tables of cases with GoogleTest, and the suite's main().
#include "cases.hpp"
#include "worker.hpp"

#include <enginebay/error.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace enginebay::conformance {
namespace {

struct Table {
    std::string_view name;
    std::span<const Case> (*cases)();
};

constexpr std::array<Table, 12> tables{{
    {"connection", connection_cases},
    {"cursor", cursor_cases},
    {"value", value_cases},
    {"statement", statement_cases},
    {"transaction", transaction_cases},
    {"writer", writer_cases},
    {"error", error_cases},
    {"dialect", dialect_cases},
    {"migrator", migrator_cases},
    {"structure", structure_cases},
    {"lock", lock_cases},
    {"engine", engine_cases},
}};

class CaseTest final : public ::testing::Test {
public:
    CaseTest(const Backend& backend, Case tested) : backend_{backend}, case_{tested} {}

    void TestBody() override {
        if (!backend_.unavailable.empty()) {
            GTEST_SKIP() << backend_.unavailable;
        }
        try {
            case_.run(backend_);
        } catch (const Error& error) {
            FAIL() << "Errc::" << to_string(error.code()) << ": " << error.what()
                   << (error.sql().empty() ? "" : "\n  SQL: ") << error.sql();
        }
    }

private:
    const Backend& backend_;
    Case case_;
};

}  // namespace

void register_suite(const Backend& backend) {
    if (is_worker()) {
        // Without this the second process would run all tests again, and start a third.
        std::fputs("a conformance worker must be handled by run_worker() first\n", stderr);
        std::_Exit(70);
    }
    const auto shared = std::make_shared<const Backend>(backend);
    for (const Table& table : tables) {
        const std::string suite = backend.name + "_" + std::string{table.name};
        for (const Case& tested : table.cases()) {
            ::testing::RegisterTest(
                suite.c_str(), std::string{tested.name}.c_str(), nullptr, nullptr, __FILE__,
                __LINE__,
                [shared, tested]() -> ::testing::Test* { return new CaseTest(*shared, tested); });
        }
    }
}

int main(int argc, char** argv, const std::function<Backend()>& describe) {
    if (const std::optional<int> status = run_worker(argc, argv)) {
        return *status;
    }
    ::testing::InitGoogleTest(&argc, argv);
    register_suite(describe());
    const int status = RUN_ALL_TESTS();
    if (!GTEST_FLAG_GET(list_tests) &&
        ::testing::UnitTest::GetInstance()->test_to_run_count() == 0) {
        std::fputs("no case ran: is the filter right?\n", stderr);
        return 1;
    }
    return status;
}

}  // namespace enginebay::conformance
