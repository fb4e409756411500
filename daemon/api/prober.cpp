// SPDX-License-Identifier: BSL-1.0
// Prober: one question at a time, everybody who waits gets its answer.
#include "api/prober.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

namespace teleclaude {

Prober::Prober(enginebay::Database& database)
    : database_{&database}, thread_{[this](const std::stop_token& stop) { run(stop); }} {}

Prober::~Prober() { stop(); }

void Prober::stop() { thread_.request_stop(); }

std::string Prober::failure(std::chrono::milliseconds limit) {
    std::unique_lock lock{mutex_};
    const std::uint64_t mine = ++wanted_;
    changed_.notify_all();
    if (!changed_.wait_for(lock, thread_.get_stop_token(), limit,
                           [this, mine] { return answered_ >= mine; })) {
        return fmt::format("the database did not answer within {} ms", limit.count());
    }
    return answer_;
}

void Prober::run(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    while (changed_.wait(lock, stop, [this] { return wanted_ > answered_; })) {
        const std::uint64_t asked = wanted_;
        lock.unlock();
        std::string answer = ask(stop);
        lock.lock();
        answer_ = std::move(answer);
        answered_ = asked;
        changed_.notify_all();
    }
}

std::string Prober::ask(const std::stop_token& stop) const {
    try {
        enginebay::Session session = database_->session();
        session.label("health");
        session.stop_with(stop);
        static_cast<void>(session.query_one<std::int64_t>("SELECT 1"));
        return {};
    } catch (const std::exception& error) {
        return error.what();
    }
}

}  // namespace teleclaude
