// SPDX-License-Identifier: BSL-1.0
// Kills children, looks at what they left, and lets a second one finish.
#include "proof.hpp"

#include "interrupt.hpp"
#include "prove_kill.hpp"
#include "prove_rows.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <utility>

namespace enginebay::cli {
namespace {

constexpr int refused = 3;

using Steps = std::map<std::string, MigrationStep, std::less<>>;

void add_empty_steps(Steps& steps, const std::vector<Operation>& operations) {
    for (const Operation& operation : operations) {
        if (const auto* call = std::get_if<Call>(&operation)) {
            steps.emplace(call->step, [](Connection&) {});
        }
    }
}

/// A step in C++ belongs to another program; here it does nothing.
Steps empty_steps(const MigrationSet& set) {
    Steps steps;
    for (const Revision& revision : set.revisions()) {
        add_empty_steps(steps, revision.upgrade);
        add_empty_steps(steps, revision.downgrade);
    }
    return steps;
}

/// The same, with nothing to decide: on a scratch database nothing can be lost.
MigrationSet decided(const MigrationSet& set) {
    const auto allow = [](std::vector<Revision> revisions) {
        for (Revision& revision : revisions) {
            revision.allow.emplace("undecided", "a scratch database");
        }
        return revisions;
    };
    return MigrationSet::make(allow(set.revisions()), set.declared(), allow(set.legacy()));
}

/// The child's end: true when it was killed where it was told to be.
bool was_killed(::pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

}  // namespace

Proof::Proof(Program& program, std::int64_t rows)
    : program_{program},
      set_{decided(program.migration_set())},
      rows_{rows},
      reference_{program},
      victim_{program} {}

void Proof::run(const std::function<void(const ProvenRevision&)>& told) {
    for (number_ = 0; number_ < set_.revisions().size(); ++number_) {
        told(prove(set_.revisions()[number_]));
    }
    if (set_.heads().size() == 1) {
        told(prove_all());
    }
}

ProvenRevision Proof::prove(const Revision& revision) {
    ProvenRevision result;
    result.revision = revision.id;
    before_schema_ = std::exchange(after_schema_, {});
    before_ = state_of(victim_, before_schema_);
    for (const auto& [table, count] : before_.rows) {
        result.rows += count;
    }
    const std::size_t calls = upgrade(reference_, revision.id);
    // What is applied to the victim by then: in a history with branches more than the ancestors.
    after_schema_ = {};
    for (const Table& table : set_.schema_at(revision.id).tables) {
        after_schema_.tables.push_back(table);
    }
    for (std::size_t call = 1; call <= calls; ++call) {
        if (std::exchange(spoilt_, false)) {
            build_anew();
        }
        after_ = state_of(reference_, after_schema_);
        kill_at(revision, call, result);
    }
    finish(revision, result);
    known_.push_back(state_of(reference_, {}).structure);
    fill(reference_, number_);
    fill(victim_, number_);
    return result;
}

bool Proof::killed_at(const std::string& target, std::size_t call, ProvenRevision& result) {
    throw_if_interrupted();
    ++result.boundaries;
    const ::pid_t child = ::fork();
    if (child < 0) {
        throw Error{Errc::io, "cannot start a child process"};
    }
    if (child == 0) {
        try {
            upgrade(victim_, target, call);
        } catch (const std::exception&) {
            ::_exit(refused);
        }
        ::_exit(0);
    }
    const bool killed = was_killed(child);
    if (!killed) {
        result.faults.push_back(fmt::format("call {}: the child ended before it was killed", call));
    }
    return killed;
}

void Proof::kill_at(const Revision& revision, std::size_t call, ProvenRevision& result) {
    if (killed_at(revision.id, call, result)) {
        look(revision, call, result);
    } else {
        spoilt_ = true;
    }
}

void Proof::look(const Revision& revision, std::size_t call, ProvenRevision& result) {
    const Structure live = state_of(victim_, {}).structure;
    if (live == before_.structure && (live != after_.structure || revision.transactional)) {
        const bool old_rows = state_of(victim_, before_schema_).rows == before_.rows;
        const bool new_rows =
            live == after_.structure && state_of(victim_, after_schema_).rows == after_.rows;
        if (!old_rows && !new_rows) {
            result.faults.push_back(fmt::format("call {}: rows are missing afterwards", call));
        }
        ++(old_rows ? result.before : result.after);
    } else if (live == after_.structure) {
        if (state_of(victim_, after_schema_).rows != after_.rows) {
            result.faults.push_back(fmt::format("call {}: rows are missing afterwards", call));
        }
        ++result.after;
    } else if (!revision.transactional) {
        ++result.between;
    } else {
        result.faults.push_back(
            fmt::format("call {}: the structure is neither the old nor the new one", call));
    }
    if (!revision.transactional || !result.faults.empty()) {
        finish(revision, result);
        spoilt_ = true;
    }
}

void Proof::finish(const Revision& revision, ProvenRevision& result) {
    try {
        upgrade(victim_, revision.id);
    } catch (const Error& error) {
        result.faults.push_back(std::string{"a second run failed: "} + error.what());
        return;
    }
    if (state_of(victim_, after_schema_) != state_of(reference_, after_schema_)) {
        result.faults.emplace_back("a second run ends elsewhere than one that is not interrupted");
    }
    spoilt_ = false;
}

/// On an empty database several revisions may share a transaction, which they do nowhere else.
ProvenRevision Proof::prove_all() {
    ProvenRevision result;
    reference_.renew();
    victim_.renew();
    const std::size_t calls = upgrade(reference_, "head");
    const Structure all = state_of(reference_, {}).structure;
    for (std::size_t call = 1; call <= calls; ++call) {
        if (!killed_at("head", call, result)) {
            victim_.renew();
            continue;
        }
        look_at_all(call, all, result);
    }
    return result;
}

void Proof::look_at_all(std::size_t call, const Structure& all, ProvenRevision& result) {
    const Structure live = state_of(victim_, {}).structure;
    if (live.empty()) {
        ++result.before;
        return;
    }
    const bool stepwise =
        std::ranges::any_of(set_.revisions(), [](auto& each) { return !each.transactional; });
    if (live == all) {
        ++result.after;
    } else if (stepwise || std::ranges::find(known_, live) != known_.end()) {
        ++result.between;
    } else {
        result.faults.push_back(fmt::format("call {}: the structure is that of no revision", call));
    }
    try {
        upgrade(victim_, "head");
        if (state_of(victim_, {}).structure != all) {
            result.faults.push_back(fmt::format("call {}: a second run ends elsewhere", call));
        }
    } catch (const Error& error) {
        result.faults.push_back(
            fmt::format("call {}: a second run failed: {}", call, error.what()));
    }
    victim_.renew();
}

std::size_t Proof::upgrade(ScratchDatabase& database, const std::string& target,
                           std::size_t fatal) {
    Engine& engine = database.engine();
    const std::string& backend = program_.settings().database.engine;
    Migrations migrations{engine, backend, set_};
    CallConnection connection{engine.connect(Access::create), fatal};
    UpgradeOptions options;
    options.target = target;
    options.by = "enginebay prove";
    options.steps = empty_steps(set_);
    migrations.upgrade(connection, options);
    return connection.calls();
}

void Proof::fill(ScratchDatabase& database, std::size_t number) {
    const auto connection = database.engine().connect(Access::read_write);
    fill_tables(*connection, database.engine().dialect(), after_schema_, rows_,
                static_cast<std::int64_t>(number + 1) * 1'000'000);
}

/// The victim again as it was before the revision at work.
void Proof::build_anew() {
    victim_.renew();
    const Schema kept = after_schema_;
    for (std::size_t i = 0; i < number_; ++i) {
        upgrade(victim_, set_.revisions()[i].id);
        after_schema_ = set_.schema_at(set_.revisions()[i].id);
        fill(victim_, i);
    }
    after_schema_ = kept;
}

Proof::State Proof::state_of(ScratchDatabase& database, const Schema& schema) {
    Engine& engine = database.engine();
    const auto connection = engine.connect(Access::create);
    const auto migrator = engine.migrator();
    const std::vector<std::string> ours{"enginebay_*"};
    return {migrator->inspect(*connection, ours),
            count_rows(*connection, engine.dialect(), schema)};
}

}  // namespace enginebay::cli
