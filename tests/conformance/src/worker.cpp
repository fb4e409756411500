// SPDX-License-Identifier: BSL-1.0
// The worker: what a second process does.
#include "worker.hpp"

#include "worker_config.hpp"

#include <enginebay/error.hpp>
#include <enginebay/plugin_host.hpp>

#include <cstdlib>
#include <iostream>
#include <span>
#include <string_view>
#include <utility>

namespace enginebay::conformance {
namespace {

using ::enginebay::testing::ChildProcess;

constexpr const char* worker_variable = "ENGINEBAY_CONFORMANCE_WORKER";

void say(const std::string& line) { std::cout << line << std::endl; }

void wait_for_end_of_input() {
    for (std::string line; std::getline(std::cin, line);) {}
}

void hold_lock(Engine& engine, const std::string& name) {
    LockOptions options;
    options.name = name;
    const std::unique_ptr<InstanceLock> lock = engine.instance_lock(std::move(options));
    const LockAttempt attempt = lock->try_acquire();
    say(attempt.guard ? "held" : "refused " + std::to_string(attempt.holder.pid));
    wait_for_end_of_input();
}

void race_for_lock(Engine& engine, const std::string& name) {
    say("ready");
    std::string line;
    std::getline(std::cin, line);
    hold_lock(engine, name);
}

// The child is started after the lock was taken, so a descriptor that leaks reaches it.
void spawn_under_lock(Engine& engine, const std::string& name) {
    LockOptions options;
    options.name = name;
    const std::unique_ptr<InstanceLock> lock = engine.instance_lock(std::move(options));
    const LockAttempt attempt = lock->try_acquire();
    const ChildProcess child{{"sleep", "60"}};
    say("child " + std::to_string(child.pid()));
    say(attempt.guard ? "held" : "refused");
    wait_for_end_of_input();
}

void hold_transaction(Engine& engine, std::span<const std::string> statements) {
    const std::unique_ptr<Connection> connection = engine.connect(Access::create);
    connection->begin(TransactionMode::write);
    for (const std::string& sql : statements) {
        connection->execute(sql, {});
    }
    say("holding");
    wait_for_end_of_input();
    connection->rollback();
}

void hold_runner_lock(Engine& engine) {
    const std::unique_ptr<Connection> connection = engine.connect(Access::create);
    connection->begin(TransactionMode::write);
    say(engine.migrator()->try_lock(*connection) ? "held" : "refused");
    wait_for_end_of_input();
    connection->rollback();
}

void execute_all(Engine& engine, std::span<const std::string> statements) {
    const std::unique_ptr<Connection> connection = engine.connect(Access::create);
    for (const std::string& sql : statements) {
        connection->execute(sql, {});
    }
    say("done");
}

void work(Engine& engine, std::span<const std::string> arguments) {
    const std::string verb = arguments.empty() ? "" : arguments.front();
    const std::span<const std::string> rest = arguments.subspan(arguments.empty() ? 0 : 1);
    const std::string name = rest.empty() ? "" : rest.front();
    if (verb == "lock-hold") {
        hold_lock(engine, name);
    } else if (verb == "lock-race") {
        race_for_lock(engine, name);
    } else if (verb == "lock-spawn") {
        spawn_under_lock(engine, name);
    } else if (verb == "write-hold") {
        hold_transaction(engine, rest);
    } else if (verb == "migrate-hold") {
        hold_runner_lock(engine);
    } else if (verb == "execute") {
        execute_all(engine, rest);
    } else {
        throw Error(Errc::usage, "a worker cannot '" + verb + "'");
    }
}

}  // namespace

bool is_worker() { return std::getenv(worker_variable) != nullptr; }

std::optional<int> run_worker(int argc, char** argv) {
    const char* text = std::getenv(worker_variable);
    if (text == nullptr) {
        return std::nullopt;
    }
    try {
        const WorkerConfig config = decode(text);
        PluginHost host{config.plugin_path};
        const std::vector<std::string> arguments(argv + 1, argv + argc);
        work(*host.open(config.database), arguments);
        return 0;
    } catch (const Error& error) {
        say("error " + std::string{to_string(error.code())} + ": " + error.what());
        return exit_status(error.code());
    }
}

ChildProcess start_worker(const Backend& backend, const DatabaseConfig& config,
                          std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), ::enginebay::testing::this_program().string());
    return ChildProcess{std::move(arguments),
                        {{worker_variable, encode({config, backend.plugin_path})}}};
}

}  // namespace enginebay::conformance
