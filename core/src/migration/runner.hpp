// SPDX-License-Identifier: BSL-1.0
// The runner: the one place where migrations change a database.
// Threads: one per connection.
//
// It works in turns. A turn is one transaction: take the runners' lock, read the history anew, run
// one revision (or adopt what is there), record it, commit. Whoever finds the lock taken waits and
// then finds less to do, or nothing. On an empty database, where there is no row to lose and nobody
// to keep waiting, all revisions that only make structure are one turn; should one of them fail,
// all is undone and they run one by one.
#pragma once

#include "migration/adoption.hpp"
#include "migration/history.hpp"
#include "migration/journal.hpp"
#include "migration/planner.hpp"
#include "migration/statements.hpp"
#include "migration/turn.hpp"

#include <enginebay/engine.hpp>
#include <enginebay/migrations.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::migration {

class Runner {
public:
    Runner(Engine& engine, Connection& connection, const MigrationSet& set,
           const std::string& backend, const UpgradeOptions& options);

    /// To the target, forwards.
    UpgradeReport run();
    /// Back to the target, which must be set; the report's `applied` are the revisions undone.
    UpgradeReport run_back();

private:
    enum class Turn : std::uint8_t { more, finished };

    /// What is left to do on this way, in order.
    [[nodiscard]] std::vector<const Revision*> steps_left() const;
    /// Refuses to leave behind what was interrupted half-way.
    void require_nothing_else_begun(const std::vector<JournalEntry>& begun,
                                    const std::vector<const Revision*>& steps) const;
    UpgradeReport run_steps(std::chrono::steady_clock::time_point start);
    /// Looks at everything that can be looked at before the first turn.
    void prepare(const std::vector<const Revision*>& steps);
    void take_turns();
    /// Throws busy when another has the lock, or is writing.
    Turn take_turn();
    /// The revisions of the next turn; none where there is something to adopt first.
    [[nodiscard]] std::vector<const Revision*> next_turn() const;
    [[nodiscard]] std::vector<Operation> operations_of_turn(
        const std::vector<const Revision*>& turn) const;
    void adopt(const Structure& live, WriteTransaction& transaction);
    /// False when they have to run one by one; the caller rolls back then.
    bool run_turn(const std::vector<const Revision*>& turn, WriteTransaction& transaction);
    /// Runs one of a turn that began with `first`, where the schema is `schema`, and changes that.
    void run_revision(const Revision& revision, const Revision& first, Schema& schema);
    void execute(const std::vector<Statement>& statements, const Revision& first);
    void carry_out(const Statement& statement);
    /// Runs SQL and reports the rows it writes. What the report throws comes out of here.
    void run_reporting(const std::string& sql);
    void report_rows(std::string_view table, std::int64_t rows, std::int64_t of) noexcept;
    /// Throws what a report threw: that is no failure of the statement it came from.
    void throw_if_stopped();
    /// Throws where a `call` names what nobody registered.
    void require_steps(const std::vector<Statement>& statements) const;
    /// The turn's rows of the history: written on the way up, taken away on the way down.
    void record(const std::vector<const Revision*>& turn,
                const std::vector<std::chrono::microseconds>& elapsed);
    [[nodiscard]] std::vector<Statement> statements_for(const Revision& revision,
                                                        const Schema& before) const;
    /// Writes its statements and reports that it begins.
    [[nodiscard]] std::vector<Statement> start_revision(const Revision& revision,
                                                        const Schema& before) const;
    void count_as_done(const Revision& revision, std::chrono::microseconds elapsed);

    // Revisions that are not transactional: one transaction for each step.
    [[nodiscard]] bool goes_stepwise(const Revision& revision);
    Turn take_stepwise_turn(const Revision& revision);
    /// None when another runner came first.
    std::optional<JournalEntry> begin_stepwise(const Revision& revision);
    void run_step(const std::vector<Statement>& statements, const Schema& before,
                  JournalEntry& entry);
    void run_alone(const Statement& statement, JournalEntry& entry);
    void run_committed(const std::vector<Statement>& statements, const Schema& before,
                       JournalEntry& entry);
    void save(const JournalEntry& entry);

    void learn(const std::vector<AppliedRevision>& rows);
    /// What there is besides the history, right behind reading that.
    Structure live_structure();
    void prepare_adoption();
    [[nodiscard]] Schema schema_now() const;
    void report(MigrationProgress progress) const;
    void report_statement(const std::vector<Statement>& statements, std::size_t index);

    Engine& engine_;
    Connection& connection_;
    const MigrationSet& set_;
    const std::string& backend_;
    const UpgradeOptions& options_;
    std::unique_ptr<Migrator> migrator_;
    History history_;
    Journal journal_;
    Way way_{Way::up};
    std::vector<std::string> ignored_;
    std::string location_;
    std::string target_;
    Applied applied_;
    Applied undo_;                        // on the way down: what is to be taken back
    std::unique_ptr<Adoption> adoption_;  // only where there may be something to adopt
    std::vector<Statement> rendered_;     // of all that was pending at the beginning
    bool look_again_{false};              // at what there is to adopt
    bool empty_{false};                   // so far as is known, there is nothing in the database
    std::size_t done_{0};
    std::size_t uncommitted_{0};  // of this turn
    std::size_t planned_{0};
    MigrationProgress running_;                        // the statement under way
    std::chrono::steady_clock::time_point rows_told_;  // when its rows were last reported
    std::exception_ptr stopped_;                       // what that report threw
    UpgradeReport report_;
};

}  // namespace enginebay::migration
