// SPDX-License-Identifier: BSL-1.0
// Workload: the operations, and what came of them.
#include "workload.hpp"

#include "store/json_text.hpp"

#include <Poco/JSON/Array.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

namespace teleclaude::load {
namespace {

using std::chrono::steady_clock;

std::uint32_t percentile(std::vector<std::uint32_t> values, double part) {
    if (values.empty()) {
        return 0;
    }
    const auto place = static_cast<std::size_t>(static_cast<double>(values.size() - 1) * part);
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(place),
                     values.end());
    return values[place];
}

}  // namespace

void Results::count(const std::string& operation, const Reply& reply,
                    std::chrono::nanoseconds time) {
    const std::lock_guard lock{mutex_};
    Operation& entry = operations_[operation];
    if (reply.status >= 200 && reply.status < 300) {
        ++entry.acknowledged;
        entry.microseconds.push_back(static_cast<std::uint32_t>(time.count() / 1000));
    } else if (reply.status == 503 && reply.retry_after) {
        ++entry.unavailable;
    } else if (reply.status == 0) {
        ++entry.unanswered;
    } else {
        ++entry.wrong;
        if (first_wrong_.empty()) {
            first_wrong_ = fmt::format("{}: {} {}", operation, reply.status, reply.body);
        }
    }
}

void Results::claimed(std::int64_t id, std::chrono::milliseconds lifetime) {
    const auto now = steady_clock::now();
    const std::lock_guard lock{mutex_};
    const auto [place, fresh] = claims_.emplace(id, now);
    if (!fresh) {
        // Less a second for the way from the daemon's clock to this one.
        claimed_twice_ += now - place->second < lifetime - std::chrono::seconds{1} ? 1 : 0;
        place->second = now;
    }
}

void Results::released(std::int64_t id) {
    const std::lock_guard lock{mutex_};
    claims_.erase(id);
}

std::string Results::json(std::chrono::duration<double> elapsed) const {
    const std::lock_guard lock{mutex_};
    std::string operations;
    std::uint64_t acknowledged = 0;
    for (const auto& [name, entry] : operations_) {
        acknowledged += entry.acknowledged;
        operations +=
            fmt::format(R"({}"{}":{{"acknowledged":{},"unavailable":{},"unanswered":{},"wrong":{},)"
                        R"("p50_us":{},"p99_us":{}}})",
                        operations.empty() ? "" : ",", name, entry.acknowledged, entry.unavailable,
                        entry.unanswered, entry.wrong, percentile(entry.microseconds, 0.5),
                        percentile(entry.microseconds, 0.99));
    }
    return fmt::format(
        R"({{"seconds":{:.1f},"per_second":{:.0f},"claimed_twice":{},"operations":{{{}}},)"
        R"("first_wrong":{}}})",
        elapsed.count(), static_cast<double>(acknowledged) / elapsed.count(), claimed_twice_,
        operations, to_json(first_wrong_));
}

std::uint64_t Results::wrong() const {
    const std::lock_guard lock{mutex_};
    std::uint64_t wrong = claimed_twice_;
    for (const auto& [unused, entry] : operations_) {
        wrong += entry.wrong;
    }
    return wrong;
}

Client::Client(std::string socket, int number, std::chrono::milliseconds lock_lifetime,
               Journal& journal, Results& results)
    : socket_{std::move(socket)},
      number_{number},
      lock_lifetime_{lock_lifetime},
      journal_{journal},
      results_{results},
      random_{static_cast<unsigned>(number) + 1},
      run_{fmt::format("{:x}-{:x}", ::getpid(), steady_clock::now().time_since_epoch().count())} {}

std::string Client::fresh_name() { return fmt::format("{}-{}-{}", run_, number_, ++made_); }

Reply Client::timed(const std::string& operation, const std::string& method,
                    const std::string& path, const std::string& body) {
    const auto begin = steady_clock::now();
    Reply reply = ask(socket_, method, path, body);
    results_.count(operation, reply, steady_clock::now() - begin);
    if (reply.status == 0 || reply.status == 503) {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    return reply;
}

void Client::step() {
    const unsigned roll = std::uniform_int_distribution<unsigned>{0, 99}(random_);
    if (session_.empty()) {
        create_session();
    } else if (roll < 40) {
        enqueue();
    } else if (roll < 55) {
        claim();
    } else if (roll < 80) {
        read_session();
    } else if (roll < 90) {
        change_session();
    } else if (roll < 95) {
        set();
    } else {
        create_session();
    }
}

void Client::enqueue() {
    const std::string mark = fresh_name();
    const Reply reply =
        timed("enqueue", "POST", "/v1/hooks",
              fmt::format(R"({{"session_id":"{}","event_type":"stop","payload":{{"n":{}}}}})", mark,
                          made_));
    const auto object = parse_json_object(reply.body);
    if (reply.status == 201 && object) {
        journal_.add({"hook", object->optValue<std::string>("id", "0"), mark});
    }
}

void Client::claim() {
    const Reply reply = timed("claim", "POST", "/v1/hooks/claim", R"({"limit":3})");
    const auto object = parse_json_object(reply.body);
    if (reply.status != 200 || !object || !object->getArray("hooks")) {
        return;
    }
    const auto hooks = object->getArray("hooks");
    for (std::size_t i = 0; i < hooks->size(); ++i) {
        const auto hook = hooks->getObject(static_cast<unsigned>(i));
        const auto id = hook->getValue<std::int64_t>("id");
        results_.claimed(id, lock_lifetime_);
        const bool fails = random_() % 8 == 0;
        const Reply marked =
            timed(fails ? "failed" : "delivered", "POST",
                  fmt::format("/v1/hooks/{}/{}", id, fails ? "failed" : "delivered"),
                  fmt::format(R"({{"claim":"{}"}})", hook->getValue<std::string>("claim")));
        // Without an answer it is not known whether the claim is over.
        if (fails) {
            results_.released(id);
        } else if (marked.status == 200) {
            journal_.add({"delivered", std::to_string(id), "yes"});
        }
    }
}

void Client::read_session() { timed("read session", "GET", "/v1/sessions/" + session_); }

void Client::create_session() {
    const std::string id = fresh_name();
    const Reply reply = timed("create session", "POST", "/v1/sessions",
                              fmt::format(R"({{"session_id":"{}","computer_name":"load"}})", id));
    if (reply.status == 201) {
        journal_.add({"session", id, id});
        session_ = id;
        title_known_ = true;
    }
}

void Client::change_session() {
    if (!title_known_) {
        create_session();
        return;
    }
    const std::string title = fresh_name();
    const Reply reply = timed("change session", "PATCH", "/v1/sessions/" + session_,
                              fmt::format(R"({{"title":"{}"}})", title));
    if (reply.status == 200) {
        journal_.add({"title", session_, title});
    } else {
        // It may have happened: the title of this session is not held to anything any more.
        journal_.add({"title", session_, "?"});
        title_known_ = false;
    }
}

void Client::set() {
    const std::string key = fresh_name();
    if (timed("set", "PUT", "/v1/settings/" + key, R"({"value":")" + key + "\"}").status == 200) {
        journal_.add({"setting", key, key});
    }
}

}  // namespace teleclaude::load
