// SPDX-License-Identifier: BSL-1.0
#include "python_peer.hpp"

#include <chrono>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace enginebay::bench {
namespace {

// The distribution's, which has its packages; another one may come first in PATH.
constexpr const char* python = "/usr/bin/python3";

testing::Environment environment_of(const testing::TestDatabase& database) {
    testing::Environment environment = database.environment();
    const auto& options = database.config().options;
    if (const auto sslmode = options.find("sslmode"); sslmode != options.end()) {
        environment["BENCH_SSLMODE"] = sslmode->second;
    }
    return environment;
}

}  // namespace

PythonPeer::PythonPeer(const testing::TestDatabase& database)
    : process_{{python,
                testing::build_path("ENGINEBAY_TEST_SOURCE_DIR") / "bench" / "sqlalchemy_peer.py"},
               environment_of(database)} {
    std::istringstream greeting{next_answer()};
    std::string ready;
    greeting >> ready >> version_;
    for (int process = 0; greeting >> process;) {
        processes_.push_back(process);
    }
}

bool PythonPeer::available() {
    return testing::run({python, "-c", "import psycopg2, sqlalchemy, sqlite3"}).exit_status == 0;
}

double PythonPeer::run(const std::string& work, std::int64_t count, std::int64_t first) {
    process_.write(work + " " + std::to_string(count) + " " + std::to_string(first) + "\n");
    return std::stod(next_answer());
}

std::string PythonPeer::next_answer() {
    for (;;) {
        const bool running = process_.running();  // before looking: its last words count
        const std::string said = process_.out();
        const std::size_t end = said.find('\n', answered_);
        if (end != std::string::npos) {
            const std::string answer = said.substr(answered_, end - answered_);
            answered_ = end + 1;
            return answer;
        }
        if (!running) {
            throw std::runtime_error{"sqlalchemy_peer.py ended: " + process_.err()};
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
}

}  // namespace enginebay::bench
