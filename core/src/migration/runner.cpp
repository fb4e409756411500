// SPDX-License-Identifier: BSL-1.0
// Runs what is pending.
#include "migration/runner.hpp"

#include "migration/copy.hpp"
#include "migration/failure.hpp"
#include "migration/remarks.hpp"
#include "migration/replay.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace enginebay::migration {
namespace {

using Clock = std::chrono::steady_clock;

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
      journal_{connection, *migrator_, engine.dialect()},
      location_{engine.location()} {}

UpgradeReport Runner::run() {
    const auto start = Clock::now();
    learn(history_.read());
    // Once: a count means from here, not from where the next turn begins.
    target_ = resolve_target(set_, options_.target, applied_);
    return run_steps(start);
}

UpgradeReport Runner::run_back() {
    const auto start = Clock::now();
    way_ = Way::down;
    if (options_.target.empty()) {
        throw Error{Errc::usage, "a downgrade needs a target: a revision, base, or -1"};
    }
    learn(history_.read());
    for (const Revision* step : undoable(set_, applied_, options_.target)) {
        undo_.insert(step->id);
    }
    for (const Revision* step : steps_left()) {
        if (!step->irreversible.empty() && runs_on(*step, backend_)) {
            throw Error{Errc::input, place_of(*step) + ": revision '" + step->id +
                                         "' cannot be undone: " + step->irreversible};
        }
    }
    return run_steps(start);
}

UpgradeReport Runner::run_steps(Clock::time_point start) {
    const std::vector<const Revision*> steps = steps_left();
    if (!steps.empty()) {
        const std::vector<JournalEntry> begun =
            history_.found_nothing() ? std::vector<JournalEntry>{} : journal_.unfinished();
        require_nothing_else_begun(begun, steps);
        const std::shared_ptr<void> kept =
            options_.before_change ? options_.before_change() : nullptr;
        prepare(steps);
        // What was begun step by step is gone on with; nobody else made it.
        if (applied_.empty() && begun.empty()) {
            prepare_adoption();
        }
        take_turns();
    }
    report_.current = current(set_, applied_);
    report_.elapsed = since(start);
    return std::move(report_);
}

void Runner::require_nothing_else_begun(const std::vector<JournalEntry>& begun,
                                        const std::vector<const Revision*>& steps) const {
    for (const JournalEntry& entry : begun) {
        const bool goes_on = entry.way == way_ && std::ranges::any_of(steps, [&](auto* step) {
                                 return step->id == entry.revision;
                             });
        if (!goes_on) {
            const std::string command = entry.way == Way::up ? "upgrade" : "downgrade";
            throw Error{Errc::input,
                        fmt::format("the {0} of revision '{1}' of {2} was interrupted; finish that "
                                    "first: run {0} again",
                                    command, entry.revision, location_)};
        }
    }
}

std::vector<const Revision*> Runner::steps_left() const {
    if (way_ == Way::up) {
        return pending(set_, applied_, target_);
    }
    std::vector<const Revision*> steps = undoable(set_, applied_, "base");
    std::erase_if(steps, [&](const Revision* step) { return !undo_.contains(step->id); });
    return steps;
}

void Runner::prepare(const std::vector<const Revision*>& steps) {
    if (!engine_.capabilities().has(Capability::transactional_ddl)) {
        throw Error{Errc::unsupported,
                    "the backend '" + backend_ +
                        "' cannot undo DDL, and migrations are run only where they can be undone"};
    }
    ignored_ = ignored_tables(set_.declared());
    if (way_ == Way::up) {
        // Where there are tables but no history the first revision is recorded, and does not run.
        const bool records = applied_.empty() && !live_structure().empty();
        std::vector<const Revision*> run = steps;
        std::erase_if(run, [&](auto* step) { return records && step->parents.empty(); });
        require_decided(run, backend_);
    }
    // What this backend cannot do is found before anything is done.
    rendered_ = statements_of(steps, schema_now(), *migrator_, backend_, way_);
    require_steps(rendered_);
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
    history_.verify(set_, rows, location_);
    for (const AppliedRevision& row : rows) {
        if (row.state == undoing && way_ == Way::up) {
            throw Error{Errc::input, "revision '" + row.revision + "' of " + location_ +
                                         " is half undone; run the downgrade again, it goes on "
                                         "where it was interrupted"};
        }
    }
    applied_ = applied_set(set_, rows);
}

Structure Runner::live_structure() {
    return history_.found_nothing() ? Structure{} : migrator_->inspect(connection_, ignored_);
}

void Runner::prepare_adoption() {
    const Structure found = live_structure();
    empty_ = found.empty();
    if (!empty_) {
        adoption_ = std::make_unique<Adoption>(engine_, connection_, *migrator_, set_, backend_,
                                               options_, found);
    }
}

std::vector<const Revision*> Runner::next_turn() const {
    if (adoption_) {
        return {};
    }
    std::vector<const Revision*> steps = steps_left();
    std::size_t count = std::min<std::size_t>(steps.size(), 1);
    if (empty_) {
        const auto end = std::ranges::find_if_not(
            steps, [this](auto* step) { return only_makes_structure(*step, backend_); });
        count = std::max(count, static_cast<std::size_t>(end - steps.begin()));
    }
    steps.resize(count);
    return steps;
}

std::vector<Operation> Runner::operations_of_turn(const std::vector<const Revision*>& turn) const {
    std::vector<Operation> operations;
    const auto add = [&](std::span<const Operation> more) {
        operations.insert(operations.end(), more.begin(), more.end());
    };
    if (adoption_) {
        add(adoption_->operations());
    }
    for (const Revision* revision : turn) {
        add(operations_on(revision, backend_, way_));
    }
    return operations;
}

Runner::Turn Runner::take_turn() {
    const std::vector<const Revision*> turn = next_turn();
    if (turn.size() == 1 && goes_stepwise(*turn.front())) {
        return take_stepwise_turn(*turn.front());
    }
    const Prepared prepared{*migrator_, connection_, operations_of_turn(turn)};
    WriteTransaction transaction{connection_};
    if (!migrator_->try_lock(connection_)) {
        throw Error{Errc::busy, "another program is migrating the database"};
    }
    learn(history_.read_in_transaction());
    const std::vector<const Revision*> steps = steps_left();
    if (steps.empty()) {
        return Turn::finished;
    }
    planned_ = done_ + steps.size();
    const Structure live = applied_.empty() ? live_structure() : Structure{};
    empty_ = empty_ && applied_.empty() && live.empty();
    if (!live.empty()) {
        adopt(live, transaction);
    } else if (!turn.empty() && turn.size() <= steps.size() &&
               std::equal(turn.begin(), turn.end(), steps.begin())) {
        const bool done = run_turn(turn, transaction);
        empty_ = false;
        if (!done) {
            return Turn::more;
        }
    } else {
        adoption_.reset();
        return Turn::more;  // another runner came first; get ready for what is next now
    }
    return steps_left().empty() ? Turn::finished : Turn::more;
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
        std::vector<NewRow> rows;
        rows.reserve(adopted.ran.size() + 1);
        for (const Revision* old : adopted.ran) {
            rows.push_back(row_of(*old, "applied", options_.by));
        }
        rows.push_back(row_of(revision, "stamped", options_.by));
        history_.add(rows);
        transaction.commit();
    } catch (const Error& error) {
        rethrow(error, revision, way_, "recording it");
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

Schema Runner::schema_now() const { return schema_after(set_, applied_, backend_); }

void Runner::report(MigrationProgress progress) const {
    if (options_.progress) {
        progress.count = planned_;
        options_.progress(progress);
    }
}

}  // namespace enginebay::migration
