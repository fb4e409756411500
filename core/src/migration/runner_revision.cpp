// SPDX-License-Identifier: BSL-1.0
// Runs one revision in one transaction, with its row of the history.
#include "migration/failure.hpp"
#include "migration/replay.hpp"
#include "migration/runner.hpp"

#include <enginebay/error.hpp>

#include <exception>
#include <utility>

namespace enginebay::migration {

void Runner::run_revision(const Revision& revision, WriteTransaction& transaction) {
    const auto start = std::chrono::steady_clock::now();
    const Schema before = schema_now();
    const std::vector<Statement> statements = start_revision(revision, before);
    const std::unique_ptr<ChangeWatch> watch =
        migrator_->watch(connection_, operations_on(&revision, backend_, way_), before);
    execute(statements);
    if (watch != nullptr) {
        Schema after = before;
        apply(after, revision, way_);
        try {
            watch->verify(after);
        } catch (const Error& error) {
            rethrow(error, revision, way_, "being checked for losses");
        }
    }
    try {
        record(revision, "applied", since(start));
        transaction.commit();
    } catch (const Error& error) {
        rethrow(error, revision, way_, "being recorded and committed");
    }
    count_as_done(revision, since(start));
}

std::vector<Statement> Runner::start_revision(const Revision& revision,
                                              const Schema& before) const {
    std::vector<Statement> statements =
        statements_of({&revision}, before, *migrator_, backend_, way_);
    report(
        {.what = MigrationProgress::What::revision, .revision = revision.id, .number = done_ + 1});
    return statements;
}

void Runner::execute(const std::vector<Statement>& statements) {
    for (std::size_t i = 0; i < statements.size(); ++i) {
        report_statement(statements, i);
        try {
            carry_out(statements[i]);
        } catch (const Error& error) {
            throw_if_stopped();
            if (is_passing(error)) {
                throw;
            }
            throw statement_failure(statements[i], i + 1, statements.size(), error);
        }
    }
}

void Runner::carry_out(const Statement& statement) {
    if (statement.call.empty()) {
        run_reporting(statement.sql);
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
    if (way_ == Way::down) {
        history_.remove(revision.id);
        for (const std::string& replaced : revision.replaces) {
            history_.remove(replaced);
        }
        return;
    }
    AppliedRevision row;
    row.revision = revision.id;
    row.checksum = revision.checksum;
    row.state = state;
    row.duration_us = duration.count();
    row.by = options_.by;
    history_.add(row);
}

void Runner::count_as_done(const Revision& revision, std::chrono::microseconds elapsed) {
    if (way_ == Way::up) {
        applied_.insert(revision.id);
        applied_ = with_replacing(set_, std::move(applied_));
    } else {
        applied_.erase(revision.id);
        for (const std::string& replaced : revision.replaces) {
            applied_.erase(replaced);
        }
    }
    report_.applied.push_back(revision.id);
    ++done_;
    report({.what = MigrationProgress::What::done,
            .revision = revision.id,
            .number = done_,
            .elapsed = elapsed});
}

void Runner::report_statement(const std::vector<Statement>& statements, std::size_t index) {
    const Statement& statement = statements[index];
    running_ = {.what = MigrationProgress::What::statement,
                .revision = statement.revision->id,
                .number = done_ + 1,
                .step = index + 1,
                .steps = statements.size(),
                .statement = statement.call.empty() ? std::string_view{statement.sql}
                                                    : std::string_view{statement.call}};
    report(running_);
}

}  // namespace enginebay::migration
