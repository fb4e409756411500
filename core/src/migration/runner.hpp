// SPDX-License-Identifier: BSL-1.0
// The runner: the one place where migrations change a database.
// Threads: one per connection.
//
// It works in turns. A turn is one transaction: take the runners' lock, read the history anew, run
// one revision (or adopt what is there), record it, commit. Whoever finds the lock taken waits and
// then finds less to do, or nothing.
#pragma once

#include "migration/adoption.hpp"
#include "migration/history.hpp"
#include "migration/planner.hpp"
#include "migration/statements.hpp"
#include "migration/turn.hpp"

#include <enginebay/engine.hpp>
#include <enginebay/migrations.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::migration {

class Runner {
public:
    Runner(Engine& engine, Connection& connection, const MigrationSet& set,
           const std::string& backend, const UpgradeOptions& options);

    UpgradeReport run();

private:
    enum class Turn : std::uint8_t { more, finished };

    /// Looks at everything that can be looked at before the first turn.
    void prepare(const std::vector<const Revision*>& steps);
    void take_turns();
    /// Throws busy when another has the lock, or is writing.
    Turn take_turn();
    void adopt(const Structure& live, WriteTransaction& transaction);
    void run_revision(const Revision& revision, WriteTransaction& transaction);
    void execute(const Revision& revision, const std::vector<Statement>& statements);
    void carry_out(const Statement& statement);
    /// Throws where a `call` names what nobody registered.
    void require_steps(const std::vector<Statement>& statements) const;
    void record(const Revision& revision, std::string_view state,
                std::chrono::microseconds duration);

    void learn(const std::vector<AppliedRevision>& rows);
    void prepare_adoption();
    [[nodiscard]] Schema schema_now() const;
    void report(MigrationProgress progress) const;

    Engine& engine_;
    Connection& connection_;
    const MigrationSet& set_;
    const std::string& backend_;
    const UpgradeOptions& options_;
    std::unique_ptr<Migrator> migrator_;
    History history_;
    std::vector<std::string> ignored_;
    std::string location_;
    std::string target_;
    Applied applied_;
    std::unique_ptr<Adoption> adoption_;  // only where there may be something to adopt
    bool look_again_{false};              // at what there is to adopt
    std::size_t done_{0};
    std::size_t planned_{0};
    UpgradeReport report_;
};

}  // namespace enginebay::migration
