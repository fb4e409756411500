// SPDX-License-Identifier: BSL-1.0
// Runs the revisions of one turn in its transaction, with their rows of the history.
#include "migration/failure.hpp"
#include "migration/replay.hpp"
#include "migration/runner.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <exception>
#include <iterator>
#include <span>
#include <utility>

namespace enginebay::migration {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

bool Runner::run_turn(const std::vector<const Revision*>& turn, WriteTransaction& transaction) {
    Schema schema = schema_now();
    std::vector<std::chrono::microseconds> elapsed;
    auto start = Clock::now();
    uncommitted_ = 0;
    try {
        for (const Revision* revision : turn) {
            start = Clock::now();
            run_revision(*revision, *turn.front(), schema);
            elapsed.push_back(since(start));
            ++uncommitted_;
        }
    } catch (const Error& error) {
        uncommitted_ = 0;
        if (turn.size() > 1 && error.code() == Errc::migration_failed) {
            return false;
        }
        throw;
    }
    try {
        record(turn, elapsed);
        transaction.commit();
    } catch (const Error& error) {
        rethrow(error, *turn.front(), way_, "being recorded and committed");
    }
    elapsed.back() = since(start);
    uncommitted_ = 0;
    for (std::size_t i = 0; i < turn.size(); ++i) {
        count_as_done(*turn[i], elapsed[i]);
    }
    return true;
}

void Runner::run_revision(const Revision& revision, const Revision& first, Schema& schema) {
    const std::vector<Statement> statements = start_revision(revision, schema);
    const std::span<const Operation> operations = operations_on(&revision, backend_, way_);
    const std::unique_ptr<ChangeWatch> watch = migrator_->watch(connection_, operations, schema);
    execute(statements, first);
    for (const Operation& operation : operations) {
        apply(schema, operation);
    }
    if (watch != nullptr) {
        try {
            watch->verify(schema);
        } catch (const Error& error) {
            rethrow(error, first, way_, "being checked for losses");
        }
    }
}

std::vector<Statement> Runner::statements_for(const Revision& revision,
                                              const Schema& before) const {
    if (!empty_) {
        return statements_of({&revision}, before, *migrator_, backend_, way_);
    }
    std::vector<Statement> statements;  // nothing has happened since they were written
    std::ranges::copy_if(rendered_, std::back_inserter(statements),
                         [&](const Statement& one) { return one.revision == &revision; });
    return statements;
}

std::vector<Statement> Runner::start_revision(const Revision& revision,
                                              const Schema& before) const {
    std::vector<Statement> statements = statements_for(revision, before);
    report({.what = MigrationProgress::What::revision,
            .revision = revision.id,
            .number = done_ + uncommitted_ + 1});
    return statements;
}

void Runner::execute(const std::vector<Statement>& statements, const Revision& first) {
    for (std::size_t i = 0; i < statements.size(); ++i) {
        report_statement(statements, i);
        try {
            carry_out(statements[i]);
        } catch (const Error& error) {
            throw_if_stopped();
            if (is_passing(error)) {
                throw;
            }
            throw statement_failure(statements[i], i + 1, statements.size(), error, first);
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

void Runner::record(const std::vector<const Revision*>& turn,
                    const std::vector<std::chrono::microseconds>& elapsed) {
    std::vector<NewRow> rows;
    for (std::size_t i = 0; i < turn.size(); ++i) {
        const Revision& revision = *turn[i];
        if (way_ == Way::down) {
            history_.remove(revision.id);
            for (const std::string& replaced : revision.replaces) {
                history_.remove(replaced);
            }
        } else {
            rows.push_back(row_of(revision, "applied", options_.by));
            rows.back().duration_us = elapsed[i].count();
        }
    }
    history_.add(rows);
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
                .number = done_ + uncommitted_ + 1,
                .step = index + 1,
                .steps = statements.size(),
                .statement = statement.call.empty() ? std::string_view{statement.sql}
                                                    : std::string_view{statement.call}};
    report(running_);
}

}  // namespace enginebay::migration
