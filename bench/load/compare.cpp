// SPDX-License-Identifier: BSL-1.0
// Compare: calls a second, with and without the socket between.
#include "compare.hpp"

#include "client.hpp"
#include "configured_store.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace teleclaude::load {
namespace {

double calls_a_second(int clients, double seconds, const std::function<void()>& call) {
    std::atomic<std::uint64_t> calls{0};
    std::mutex mutex;
    std::exception_ptr failure;
    const auto begin = std::chrono::steady_clock::now();
    const std::chrono::duration<double> length{seconds};
    {
        std::vector<std::jthread> threads;
        threads.reserve(static_cast<std::size_t>(clients));
        for (int i = 0; i < clients; ++i) {
            threads.emplace_back([&] {
                try {
                    while (std::chrono::steady_clock::now() - begin < length) {
                        call();
                        ++calls;
                    }
                } catch (const std::exception&) {
                    const std::lock_guard lock{mutex};
                    failure = std::current_exception();
                }
            });
        }
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    return static_cast<double>(calls) / elapsed.count();
}

void expect(int status, const Reply& reply) {
    if (reply.status != status) {
        throw std::runtime_error{
            fmt::format("the daemon answered {}: {}", reply.status, reply.body)};
    }
}

}  // namespace

std::string compare(const std::filesystem::path& config, const std::string& socket, int clients,
                    double seconds) {
    ConfiguredStore configured{config};
    Store& store = configured.store();
    NewSession session;
    session.computer_name = "load";
    const std::string id = store.sessions().create(session).session_id;
    const std::string body = R"({"session_id":"load","event_type":"stop","payload":{"n":1}})";

    const double enqueue = calls_a_second(
        clients, seconds, [&] { store.hooks().enqueue("load", "stop", R"({"n":1})"); });
    const double post = calls_a_second(
        clients, seconds, [&] { expect(201, ask(socket, "POST", "/v1/hooks", body)); });
    const double get =
        calls_a_second(clients, seconds, [&] { static_cast<void>(store.sessions().get(id)); });
    const double fetch = calls_a_second(
        clients, seconds, [&] { expect(200, ask(socket, "GET", "/v1/sessions/" + id)); });
    store.sessions().remove(id);
    return fmt::format(
        R"({{"clients":{},"per_second":{{"enqueue_store":{:.0f},"enqueue_socket":{:.0f},)"
        R"("session_store":{:.0f},"session_socket":{:.0f}}}}})",
        clients, enqueue, post, get, fetch);
}

}  // namespace teleclaude::load
