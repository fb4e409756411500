// SPDX-License-Identifier: BSL-1.0
// Migrations: a set and an engine; opens connections and hands them to the parts.
#include "migration/adoption.hpp"
#include "migration/history.hpp"
#include "migration/plan.hpp"
#include "migration/planner.hpp"
#include "migration/runner.hpp"
#include "migration/stamp.hpp"
#include "migration/statements.hpp"
#include "migration/stopping.hpp"

#include <enginebay/error.hpp>
#include <enginebay/migrations.hpp>

#include <utility>

namespace enginebay {

struct Migrations::Impl {
    Engine& engine;
    std::string backend;
    MigrationSet set;

    /// A connection that may change the database; the reading one where it cannot be changed, for
    /// then there may be nothing to change.
    UpgradeReport upgrade_on_new_connection(const UpgradeOptions& options);
    UpgradeReport upgrade(Connection& connection, const UpgradeOptions& options) const;
    /// The declared structure, as the backend reports it.
    Structure declared(Connection& connection, Migrator& migrator,
                       const std::vector<std::string>& ignored);
};

Migrations::Migrations(Engine& engine, std::string backend, MigrationSet set)
    : impl_{std::make_unique<Impl>(Impl{engine, std::move(backend), std::move(set)})} {}

Migrations::~Migrations() = default;

const MigrationSet& Migrations::set() const noexcept { return impl_->set; }

MigrationStatus Migrations::status() { return status(*impl_->engine.connect(Access::read_only)); }

MigrationStatus Migrations::status(Connection& connection) {
    const MigrationSet& set = impl_->set;
    const std::unique_ptr<Migrator> migrator = impl_->engine.migrator();
    MigrationStatus status;
    status.server_version = impl_->engine.server_version(connection);
    migration::History history{connection, *migrator, impl_->engine.dialect()};
    status.applied = history.read_verified(set, impl_->engine.location());
    if (!status.applied.empty()) {
        status.state = MigrationStatus::State::versioned;
    } else if (!migrator->inspect(connection, migration::ignored_tables(set.declared())).empty()) {
        status.state = MigrationStatus::State::unversioned;
    }
    const migration::Applied applied = migration::applied_set(set, status.applied);
    status.current = migration::current(set, applied);
    status.heads = set.heads();
    for (const Revision& revision : set.revisions()) {
        for (const Revision* step : migration::line_of(set, applied, revision)) {
            if (!applied.contains(step->id)) {
                status.pending.push_back(step->id);
            }
        }
    }
    return status;
}

UpgradeReport Migrations::Impl::upgrade(Connection& connection,
                                        const UpgradeOptions& options) const {
    const migration::Stopping stopping{connection, set, backend, migration::Way::up, options};
    return migration::Runner{engine, connection, set, backend, stopping.options()}.run();
}

UpgradeReport Migrations::Impl::upgrade_on_new_connection(const UpgradeOptions& options) {
    migration::require_revisions(set);  // before there is a database
    try {
        const std::unique_ptr<Connection> connection = engine.connect(Access::create);
        return upgrade(*connection, options);
    } catch (const Error& error) {
        if (error.code() != Errc::permission && error.code() != Errc::read_only) {
            throw;
        }
        std::unique_ptr<Connection> reading;
        try {
            reading = engine.connect(Access::read_only);
        } catch (const Error&) {
            throw error;  // the first reason is the one to know
        }
        const std::unique_ptr<Migrator> migrator = engine.migrator();
        const auto rows = migration::History{*reading, *migrator, engine.dialect()}.read_verified(
            set, engine.location());
        const migration::Applied applied = migration::applied_set(set, rows);
        const std::string target = migration::resolve_target(set, options.target, applied);
        if (!migration::pending(set, applied, target).empty()) {
            throw error;
        }
        UpgradeReport report;
        report.current = migration::current(set, applied);
        return report;
    }
}

UpgradeReport Migrations::upgrade(const UpgradeOptions& options) {
    return impl_->upgrade_on_new_connection(options);
}

UpgradeReport Migrations::upgrade(Connection& connection, const UpgradeOptions& options) {
    return impl_->upgrade(connection, options);
}

DowngradeReport Migrations::downgrade(const UpgradeOptions& options) {
    return downgrade(*impl_->engine.connect(Access::read_write), options);
}

DowngradeReport Migrations::downgrade(Connection& connection, const UpgradeOptions& options) {
    const migration::Stopping stopping{connection, impl_->set, impl_->backend, migration::Way::down,
                                       options};
    UpgradeReport report =
        migration::Runner{impl_->engine, connection, impl_->set, impl_->backend, stopping.options()}
            .run_back();
    return {std::move(report.applied), std::move(report.current), report.elapsed};
}

std::vector<std::string> Migrations::undone_by(const std::string& target) {
    const MigrationSet& set = impl_->set;
    const std::unique_ptr<Connection> connection = impl_->engine.connect(Access::read_only);
    const std::unique_ptr<Migrator> migrator = impl_->engine.migrator();
    const auto rows =
        migration::History{*connection, *migrator, impl_->engine.dialect()}.read_verified(
            set, impl_->engine.location());
    const migration::Applied applied = migration::applied_set(set, rows);
    std::vector<std::string> ids;
    for (const Revision* step : migration::undoable(set, applied, target)) {
        ids.push_back(step->id);
    }
    return ids;
}

CheckReport Migrations::check() { return check(*impl_->engine.connect(Access::read_only)); }

Structure Migrations::Impl::declared(Connection& connection, Migrator& migrator,
                                     const std::vector<std::string>& ignored) {
    const std::vector<std::string> statements = enginebay::schema_sql(migrator, set.declared());
    try {
        return migrator.scratch(connection, statements, ignored);
    } catch (const Error& error) {
        if (error.code() != Errc::read_only) {
            throw;
        }
        // A scratch place can be one that is made and taken back, which needs a writing connection.
        const std::unique_ptr<Connection> writing = engine.connect(Access::read_write);
        return migrator.scratch(*writing, statements, ignored);
    }
}

CheckReport Migrations::check(Connection& connection) {
    const std::unique_ptr<Migrator> migrator = impl_->engine.migrator();
    const std::vector<std::string> ignored = migration::ignored_tables(impl_->set.declared());
    CheckReport report;
    report.differences = compare(impl_->declared(connection, *migrator, ignored),
                                 migrator->inspect(connection, ignored));
    report.equal = report.differences.empty();
    return report;
}

std::vector<std::string> Migrations::plan_sql(const std::string& target) {
    const std::unique_ptr<Migrator> migrator = impl_->engine.migrator();
    const std::string wanted = migration::resolve_target(impl_->set, target);
    return migration::texts(migration::statements_of(migration::with_ancestors(impl_->set, wanted),
                                                     {}, *migrator, impl_->backend));
}

std::vector<std::string> Migrations::schema_sql() {
    return enginebay::schema_sql(*impl_->engine.migrator(), impl_->set.declared());
}

std::vector<std::string> Migrations::script(const ScriptOptions& options) {
    return migration::script(impl_->set, *impl_->engine.migrator(), impl_->engine.dialect(),
                             impl_->backend, options);
}

std::vector<PlannedOperation> Migrations::plan(const std::string& target,
                                               const std::vector<AppliedRevision>& applied) {
    const MigrationSet& set = impl_->set;
    const migration::Applied there = migration::applied_set(set, applied);
    return migration::planned(
        migration::pending(set, there, migration::resolve_target(set, target, there)),
        migration::schema_after(set, there, impl_->backend), *impl_->engine.migrator(),
        impl_->backend);
}

StampReport Migrations::stamp(const StampOptions& options) {
    return migration::stamp(impl_->engine, impl_->set, impl_->backend, options);
}

}  // namespace enginebay
