// SPDX-License-Identifier: BSL-1.0
// enginebay_test_worker: the suite's second process as a program of its own.
#include <enginebay/conformance.hpp>

#include <cstdio>

int main(int argc, char** argv) {
    if (const auto status = enginebay::conformance::run_worker(argc, argv)) {
        return *status;
    }
    std::fputs("this program is started by tests, as a second process\n", stderr);
    return 64;
}
