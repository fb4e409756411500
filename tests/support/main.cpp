// SPDX-License-Identifier: BSL-1.0
// main() of every test program: a run in which no test ran is a failure, not a success.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

int main(int argc, char** argv) {
    ::testing::InitGoogleMock(&argc, argv);
    const int status = RUN_ALL_TESTS();
    if (!GTEST_FLAG_GET(list_tests) &&
        ::testing::UnitTest::GetInstance()->test_to_run_count() == 0) {
        std::fputs("no test ran: is the filter right, are the tests linked?\n", stderr);
        return 1;
    }
    return status;
}
