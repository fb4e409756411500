// SPDX-License-Identifier: BSL-1.0
// Receiver: the work, and processes that do it.
#include "receiver.hpp"

#include "configured_store.hpp"

#include <Poco/Pipe.h>
#include <Poco/PipeStream.h>
#include <Poco/Process.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace teleclaude::load {
namespace {

using Clock = std::chrono::steady_clock;

double at(std::vector<double>& times, double part) {
    const auto place = static_cast<std::ptrdiff_t>(part * static_cast<double>(times.size() - 1));
    std::nth_element(times.begin(), times.begin() + place, times.end());
    return times[static_cast<std::size_t>(place)];
}

/// What the child says: the microseconds it needed inside.
std::int64_t run_child(const std::vector<std::string>& arguments) {
    Poco::Pipe said;
    const Poco::ProcessHandle child =
        Poco::Process::launch("/proc/self/exe", arguments, nullptr, &said, nullptr);
    Poco::PipeInputStream stream{said};
    std::int64_t microseconds = 0;
    stream >> microseconds;
    if (child.wait() != 0) {
        throw std::runtime_error{"a receiver failed"};
    }
    return microseconds;
}

}  // namespace

std::chrono::microseconds receive_once(const std::filesystem::path& config) {
    const auto begin = Clock::now();
    ConfiguredStore configured{config};
    Store& store = configured.store();
    const std::string id =
        store.lookup().find_id("native_session_id", std::string{"receiver"}).value_or("receiver");
    static_cast<void>(store.lookup().field(id, "human_role"));
    store.hooks().enqueue(id, "stop", R"({"n":1})");
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
}

std::string measure_receivers(const std::filesystem::path& config, int rounds) {
    std::vector<std::string> arguments{"--receive"};
    if (!config.empty()) {
        arguments.insert(arguments.end(), {"--config", config.string()});
    }
    static_cast<void>(run_child(arguments));  // warms the page cache
    std::vector<double> inside;
    std::vector<double> whole;
    for (int round = 0; round < rounds; ++round) {
        const auto begin = Clock::now();
        inside.push_back(static_cast<double>(run_child(arguments)) / 1000);
        whole.push_back(std::chrono::duration<double, std::milli>{Clock::now() - begin}.count());
    }
    return fmt::format(R"({{"rounds":{},"inside_ms":{{"p50":{:.2f},"p90":{:.2f}}},)"
                       R"("process_ms":{{"p50":{:.2f},"p90":{:.2f}}}}})",
                       rounds, at(inside, 0.5), at(inside, 0.9), at(whole, 0.5), at(whole, 0.9));
}

}  // namespace teleclaude::load
