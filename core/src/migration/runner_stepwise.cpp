// SPDX-License-Identifier: BSL-1.0
// Runs a revision whose steps cannot share a transaction: each is committed with its entry in the
// journal, and the next run goes on where this one ends.
#include "migration/failure.hpp"
#include "migration/replay.hpp"
#include "migration/runner.hpp"

#include <enginebay/error.hpp>

namespace enginebay::migration {

bool Runner::goes_stepwise(const Revision& revision) {
    if (revision.transactional || !runs_on(revision, backend_)) {
        return false;
    }
    // Tables without a history are looked at first, unless it was this revision that made them.
    return !applied_.empty() || journal_.find(revision.id) ||
           migrator_->inspect(connection_, ignored_).empty();
}

Runner::Turn Runner::take_stepwise_turn(const Revision& revision) {
    const auto start = std::chrono::steady_clock::now();
    const Prepared prepared{*migrator_, connection_, operations_on(&revision, backend_, way_)};
    const Held held{*migrator_, connection_};
    std::optional<JournalEntry> entry = begin_stepwise(revision);
    if (!entry) {
        return steps_left().empty() ? Turn::finished : Turn::more;
    }
    const Schema before = schema_now();
    const std::vector<Statement> statements = start_revision(revision, before);
    while (static_cast<std::size_t>(entry->done) < statements.size()) {
        run_step(statements, before, *entry);
    }
    try {
        WriteTransaction transaction{connection_};
        (void)history_.read_in_transaction();
        record({&revision}, {since(start)});
        journal_.erase(revision.id);
        transaction.commit();
    } catch (const Error& error) {
        rethrow(error, revision, way_, "being recorded and committed");
    }
    count_as_done(revision, since(start));
    return steps_left().empty() ? Turn::finished : Turn::more;
}

std::optional<JournalEntry> Runner::begin_stepwise(const Revision& revision) {
    WriteTransaction transaction{connection_};
    if (!migrator_->try_lock(connection_)) {
        throw Error{Errc::busy, "another program is migrating the database"};
    }
    learn(history_.read_in_transaction());
    const std::vector<const Revision*> steps = steps_left();
    if (steps.empty() || steps.front() != &revision) {
        return std::nullopt;
    }
    planned_ = done_ + steps.size();
    std::optional<JournalEntry> entry = journal_.find(revision.id);
    if (entry && (entry->checksum != revision.checksum || entry->way != way_)) {
        throw Error{Errc::input,
                    place_of(revision) + ": revision '" + revision.id + "' was interrupted after " +
                        std::to_string(entry->done) + " statements of its " +
                        (entry->way == Way::up ? "upgrade" : "downgrade") +
                        (entry->way == way_ ? " and changed since; put the file back as it was"
                                            : "; finish that first")};
    }
    if (!entry) {
        entry = JournalEntry{revision.id, way_, revision.checksum, 0, 0};
        journal_.put(*entry);
    }
    if (way_ == Way::down) {
        history_.mark(revision.id, undoing);
    }
    transaction.commit();
    return entry;
}

void Runner::run_step(const std::vector<Statement>& statements, const Schema& before,
                      JournalEntry& entry) {
    const auto index = static_cast<std::size_t>(entry.done);
    const Statement& statement = statements[index];
    report_statement(statements, index);
    try {
        if (migrator_->alone(operations_of(*statement.revision, way_)[statement.operation])) {
            run_alone(statement, entry);
        } else {
            run_committed(statements, before, entry);
        }
    } catch (const Error& error) {
        throw_if_stopped();
        if (is_passing(error)) {
            throw;
        }
        throw stepwise_failure(statement, index + 1, statements.size(), error);
    }
}

/// What happens alone and what the journal says of it are two commits: the backend tells which of
/// them an interrupted run has come to.
void Runner::run_alone(const Statement& statement, JournalEntry& entry) {
    const Operation& operation = operations_of(*statement.revision, way_)[statement.operation];
    const bool begun = entry.started > entry.done;
    if (!begun || !migrator_->settle(connection_, operation)) {
        entry.started = entry.done + 1;
        save(entry);
        run_reporting(statement.sql);
    }
    entry.done += 1;
    save(entry);
}

/// One statement, or all of an operation that is watched for losses.
void Runner::run_committed(const std::vector<Statement>& statements, const Schema& before,
                           JournalEntry& entry) {
    const auto first = static_cast<std::size_t>(entry.done);
    const Revision& revision = *statements[first].revision;
    const std::size_t operation = statements[first].operation;
    const std::vector<Operation>& operations = operations_of(revision, way_);
    Schema schema = before;
    for (std::size_t i = 0; i < operation; ++i) {
        apply(schema, operations[i]);
    }
    WriteTransaction transaction{connection_};
    if (journal_.find(revision.id) != entry) {
        throw Error{Errc::busy, "another program is migrating the database"};
    }
    const std::unique_ptr<ChangeWatch> watch =
        migrator_->watch(connection_, {&operations[operation], 1}, schema);
    std::size_t next = first;
    do {
        if (next != first) {
            report_statement(statements, next);
        }
        carry_out(statements[next]);
        ++next;
    } while (watch != nullptr && next < statements.size() &&
             statements[next].operation == operation);
    if (watch != nullptr) {
        apply(schema, operations[operation]);
        watch->verify(schema);
    }
    JournalEntry after = entry;
    after.done = static_cast<std::int64_t>(next);
    after.started = after.done;
    journal_.put(after);
    transaction.commit();
    entry = after;
}

void Runner::save(const JournalEntry& entry) {
    WriteTransaction transaction{connection_};
    journal_.put(entry);
    transaction.commit();
}

}  // namespace enginebay::migration
