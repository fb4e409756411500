// SPDX-License-Identifier: BSL-1.0
// Options of a run that changes the database.
#include "change.hpp"

#include "output.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace enginebay::cli {
namespace {

/// Who runs it, for the history.
std::string author() {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) {
        host[0] = '?';
    }
    return fmt::format("enginebay {} (pid {} on {})", ENGINEBAY_VERSION, ::getpid(), host.data());
}

constexpr std::chrono::milliseconds look_every{50};
constexpr std::chrono::seconds tell_after{1};  // a run that is soon over needs no word

/// What keeps others away while the database is changed; let go in the opposite order.
struct Locks {
    std::unique_ptr<LockGuard> turn;    ///< of other runs of this program: they wait
    std::unique_ptr<LockGuard> daemon;  ///< so that no daemon is migrated under its feet
};

LockAttempt attempt(Program& program, const std::string& name) {
    LockOptions options;
    options.name = name;
    return program.engine().instance_lock(options)->try_acquire();
}

/// Waits for a run before this one, which will have left less to do, or nothing.
std::unique_ptr<LockGuard> take_turn(Program& program, Progress& progress,
                                     std::chrono::milliseconds patience) {
    const std::string name = program.settings().database.product + "-migration";
    const auto start = std::chrono::steady_clock::now();
    const auto until = start + patience;
    bool told = false;
    for (;;) {
        LockAttempt got = attempt(program, name);
        if (got.guard) {
            return std::move(got.guard);
        }
        if (std::chrono::steady_clock::now() >= until) {
            throw Error{Errc::busy, fmt::format("{} is being migrated by {}; try again later",
                                                program.engine().location(), describe(got.holder))};
        }
        throw_if_interrupted();
        if (!told && std::chrono::steady_clock::now() - start >= tell_after) {
            told = true;
            const std::string who = "it is being migrated by " + describe(got.holder);
            progress.show({.what = MigrationProgress::What::waiting, .statement = who});
        }
        std::this_thread::sleep_for(look_every);
    }
}

std::unique_ptr<LockGuard> lock_out_daemon(Program& program) {
    LockAttempt got = attempt(program, program.lock_name());
    if (!got.guard) {
        throw Error{
            Errc::busy,
            fmt::format("the lock '{}' of {} is held by {}; stop that process, or run the command "
                        "with --online beside it",
                        program.lock_name(), program.engine().location(), describe(got.holder))};
    }
    return std::move(got.guard);
}

/// What a new look at the database finds; nothing where it cannot be looked at.
std::string where_it_stands(Program& program) {
    try {
        const std::vector<std::string> current = program.migrations().status().current;
        return current.empty() ? "\nThe database is before its first revision."
                               : "\nThe database is at " + joined(current) + ".";
    } catch (const Error&) {
        return {};
    }
}

}  // namespace

UpgradeOptions change_options(Program& program, Progress& progress, const Interrupts& interrupts,
                              const std::string& target, bool online) {
    UpgradeOptions options;
    options.target = target;
    options.by = author();
    options.before_change = [&program, &progress, online, patience = options.lock_wait] {
        auto locks = std::make_shared<Locks>();
        locks->turn = take_turn(program, progress, patience);
        if (!online) {
            locks->daemon = lock_out_daemon(program);
        }
        return locks;
    };
    options.progress = [&progress](const MigrationProgress& step) { progress.show(step); };
    options.stop = interrupts.token();
    return options;
}

void run_change(Program& program, const std::function<void()>& change) {
    try {
        change();
    } catch (const Error& error) {
        if (!interrupted() || error.code() != Errc::cancelled) {
            throw;
        }
        const std::string what = error.what();
        Error told{Errc::cancelled, (what.starts_with("interrupted") ? "" : "interrupted: ") +
                                        what + where_it_stands(program)};
        told.native(error.native_code()).sqlstate(error.sqlstate()).sql(error.sql());
        told.object(error.object()).where(error.where());
        throw told;
    }
}

}  // namespace enginebay::cli
