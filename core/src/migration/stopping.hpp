// SPDX-License-Identifier: BSL-1.0
// Stopping: a run of migrations that a stop request ends soon, and that then says where it stands.
// Threads: made in the run's thread; the request may come in any.  Ownership: borrows all it is
// given.
//
// Between two statements the request is looked at. One that comes while a statement runs cancels
// it, and again every now and then until the run is over: a cancel that falls between two
// statements reaches nothing.
#pragma once

#include "migration/statements.hpp"

#include <enginebay/connection.hpp>
#include <enginebay/migrations.hpp>

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace enginebay::migration {

class Stopping {
public:
    Stopping(Connection& connection, const MigrationSet& set, std::string backend, Way way,
             const UpgradeOptions& options);
    Stopping(const Stopping&) = delete;
    Stopping& operator=(const Stopping&) = delete;

    /// The run's options: those given, and a look at the token at each report.
    [[nodiscard]] const UpgradeOptions& options() const noexcept { return options_; }

private:
    [[nodiscard]] std::string standing(const MigrationProgress& progress) const;
    void stop() noexcept;
    void cancel_until(const std::stop_token& over) const;

    Connection& connection_;
    const MigrationSet& set_;
    std::string backend_;
    Way way_;
    UpgradeOptions options_;
    std::jthread canceller_;  // only once a stop is requested
    std::optional<std::stop_callback<std::function<void()>>> requested_;  // ends before its thread
};

}  // namespace enginebay::migration
