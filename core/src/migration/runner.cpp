// SPDX-License-Identifier: BSL-1.0
// Runs what is pending.
#include "migration/runner.hpp"

#include "migration/copy.hpp"
#include "migration/failure.hpp"
#include "migration/replay.hpp"

#include <enginebay/error.hpp>

#include <utility>

namespace enginebay::migration {
namespace {

using Clock = std::chrono::steady_clock;

std::chrono::microseconds since(Clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
}

[[noreturn]] void rethrow(const Error& error, const Revision& revision, const std::string& during) {
    if (is_passing(error)) {
        throw error;
    }
    throw revision_failure(revision, during, error);
}

}  // namespace

Runner::Runner(Engine& engine, Connection& connection, const MigrationSet& set,
               const std::string& backend, const UpgradeOptions& options)
    : engine_{engine},
      connection_{connection},
      set_{set},
      backend_{backend},
      options_{options},
      migrator_{engine.migrator()},
      history_{connection, *migrator_, engine.dialect()},
      location_{engine.location()} {}

UpgradeReport Runner::run() {
    const Clock::time_point start = Clock::now();
    learn(history_.read());
    // Once: a count means from here, not from where the next turn begins.
    target_ = resolve_target(set_, options_.target, applied_);
    const std::vector<const Revision*> steps = pending(set_, applied_, target_);
    if (!steps.empty()) {
        const std::shared_ptr<void> kept =
            options_.before_change ? options_.before_change() : nullptr;
        prepare(steps);
        take_turns();
    }
    report_.current = current(set_, applied_);
    report_.elapsed = since(start);
    return std::move(report_);
}

void Runner::prepare(const std::vector<const Revision*>& steps) {
    if (!engine_.capabilities().has(Capability::transactional_ddl)) {
        throw Error{Errc::unsupported,
                    "the backend '" + backend_ +
                        "' cannot undo DDL, and migrations are run only where they can be undone"};
    }
    ignored_ = ignored_tables(set_.declared());
    // What this backend cannot do is found before anything is done.
    require_steps(statements_of(steps, schema_now(), *migrator_, backend_));
    if (applied_.empty()) {
        prepare_adoption();
    }
}

void Runner::take_turns() {
    Patience patience{options_.lock_wait};
    for (bool more = true; more;) {
        try {
            more = take_turn() == Turn::more;
            patience.renew();
        } catch (const Error& error) {
            history_.forget();
            if (!is_passing(error)) {
                throw;
            }
            report({.what = MigrationProgress::What::waiting, .statement = error.what()});
            patience.wait(error.what(), location_);
            if (std::exchange(look_again_, false)) {
                prepare_adoption();
            }
        }
    }
}

void Runner::learn(const std::vector<AppliedRevision>& rows) {
    verify_history(set_, rows, location_);
    applied_ = applied_set(set_, rows);
}

void Runner::prepare_adoption() {
    const Structure found = migrator_->inspect(connection_, ignored_);
    if (!found.empty()) {
        adoption_ = std::make_unique<Adoption>(engine_, connection_, *migrator_, set_, backend_,
                                               options_, found);
    }
}

Runner::Turn Runner::take_turn() {
    const std::vector<const Revision*> known = pending(set_, applied_, target_);
    const Revision* next = adoption_ || known.empty() ? nullptr : known.front();
    const Prepared prepared{
        *migrator_, connection_,
        adoption_ ? adoption_->operations() : operations_on(next, backend_, Way::up)};
    WriteTransaction transaction{connection_};
    if (!migrator_->try_lock(connection_)) {
        throw Error{Errc::busy, "another program is migrating the database"};
    }
    learn(history_.read_in_transaction());
    const std::vector<const Revision*> steps = pending(set_, applied_, target_);
    if (steps.empty()) {
        return Turn::finished;
    }
    planned_ = done_ + steps.size();
    const Structure live =
        applied_.empty() ? migrator_->inspect(connection_, ignored_) : Structure{};
    if (live.empty() && steps.front() != next) {
        adoption_.reset();
        return Turn::more;  // another runner came first; get ready for what is next now
    }
    if (live.empty()) {
        run_revision(*steps.front(), transaction);
    } else {
        adopt(live, transaction);
    }
    return pending(set_, applied_, target_).empty() ? Turn::finished : Turn::more;
}

void Runner::adopt(const Structure& live, WriteTransaction& transaction) {
    if (!adoption_ || !adoption_->can_judge(live)) {
        // What it would be compared with cannot be made inside a transaction.
        look_again_ = true;
        throw Error{Errc::busy, "another program is creating tables in the database"};
    }
    const Adopted adopted = adoption_->run(live);
    const Revision& revision = *adopted.revision;
    for (const std::string& note : adopted.notes) {
        report({.what = MigrationProgress::What::note, .statement = note});
    }
    Applied after = applied_;
    after.insert(revision.id);
    // Nothing is committed yet: what another connection copies is the database as it was found.
    if (adopted.changed || !pending(set_, after, target_).empty()) {
        report_.copy = copy_database(engine_, revision.id);
    }
    if (!report_.copy.empty()) {
        report({.what = MigrationProgress::What::copied, .statement = report_.copy});
    }
    try {
        for (const Revision* old : adopted.ran) {
            record(*old, "applied", std::chrono::microseconds{0});
        }
        record(revision, "stamped", std::chrono::microseconds{0});
        transaction.commit();
    } catch (const Error& error) {
        rethrow(error, revision, "recording it");
    }
    applied_ = std::move(after);
    for (const Revision* old : adopted.ran) {
        report_.applied.push_back(old->id);
    }
    report_.adopted.push_back(revision.id);
    report_.notes = adopted.notes;
    ++done_;
    report({.what = MigrationProgress::What::adopted, .revision = revision.id});
    adoption_.reset();
}

void Runner::run_revision(const Revision& revision, WriteTransaction& transaction) {
    const Clock::time_point start = Clock::now();
    const Schema before = schema_now();
    const std::vector<Statement> statements =
        statements_of({&revision}, before, *migrator_, backend_);
    report(
        {.what = MigrationProgress::What::revision, .revision = revision.id, .number = done_ + 1});
    const std::unique_ptr<ChangeWatch> watch =
        migrator_->watch(connection_, operations_on(&revision, backend_, Way::up), before);
    execute(revision, statements);
    if (watch != nullptr) {
        Schema after = before;
        apply(after, revision);
        try {
            watch->verify(after);
        } catch (const Error& error) {
            rethrow(error, revision, "being checked for losses");
        }
    }
    try {
        record(revision, "applied", since(start));
        transaction.commit();
    } catch (const Error& error) {
        rethrow(error, revision, "being recorded and committed");
    }
    applied_.insert(revision.id);
    report_.applied.push_back(revision.id);
    ++done_;
    report({.what = MigrationProgress::What::done,
            .revision = revision.id,
            .number = done_,
            .elapsed = since(start)});
}

void Runner::execute(const Revision& revision, const std::vector<Statement>& statements) {
    for (std::size_t i = 0; i < statements.size(); ++i) {
        report({.what = MigrationProgress::What::statement,
                .revision = revision.id,
                .number = done_ + 1,
                .step = i + 1,
                .steps = statements.size(),
                .statement = statements[i].sql});
        try {
            carry_out(statements[i]);
        } catch (const Error& error) {
            if (is_passing(error)) {
                throw;
            }
            throw statement_failure(statements[i], i + 1, statements.size(), error);
        }
    }
}

void Runner::carry_out(const Statement& statement) {
    if (statement.call.empty()) {
        connection_.execute(statement.sql, {});
        return;
    }
    try {
        options_.steps.find(statement.call)->second(connection_);
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw Error{Errc::migration_failed,
                    "the step '" + statement.call + "' failed: " + error.what()};
    }
}

void Runner::require_steps(const std::vector<Statement>& statements) const {
    for (const Statement& statement : statements) {
        if (!statement.call.empty() && !options_.steps.contains(statement.call)) {
            const std::string place =
                place_of(*statement.revision, statement.operation, statement.way);
            Error error{Errc::input, place + ": this program has no step '" + statement.call +
                                         "'; run the program that registers it"};
            error.where(place);
            throw error;
        }
    }
}

void Runner::record(const Revision& revision, std::string_view state,
                    std::chrono::microseconds duration) {
    AppliedRevision row;
    row.revision = revision.id;
    row.checksum = revision.checksum;
    row.state = state;
    row.duration_us = duration.count();
    row.by = options_.by;
    history_.add(row);
}

Schema Runner::schema_now() const {
    Schema schema;
    for (const Revision& revision : set_.revisions()) {
        if (applied_.contains(revision.id) && runs_on(revision, backend_)) {
            apply(schema, revision);
        }
    }
    return schema;
}

void Runner::report(MigrationProgress progress) const {
    if (options_.progress) {
        progress.count = planned_;
        options_.progress(progress);
    }
}

}  // namespace enginebay::migration
