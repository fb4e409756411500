// SPDX-License-Identifier: BSL-1.0
// Daemon: the migrations of its start.
#include "daemon.hpp"
#include "log.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace teleclaude {

using enginebay::Errc;
using enginebay::Error;

void Daemon::migrate() {
    if (settings_.on_start == enginebay::OnStart::off) {
        return;
    }
    if (settings_.migrations.empty()) {
        throw Error{
            Errc::configuration,
            fmt::format("no migrations: there is no share/{}/migrations beside the program; "
                        "set migrations.path, or migrations.on_start: off",
                        input_.spec.product)};
    }
    enginebay::Migrations migrations{database_->engine(), settings_.database.engine,
                                     enginebay::MigrationSet::load(settings_.migrations)};
    // A database that lives in one connection is migrated in that one.
    std::optional<enginebay::Session> session;
    if (database_->engine().connection_limit() == 1) {
        session.emplace(database_->session());
    }
    enginebay::Session* only = session ? &*session : nullptr;
    if (settings_.on_start == enginebay::OnStart::upgrade) {
        upgrade(migrations, only);
    } else {
        check_migrations(migrations, only);
    }
}

void Daemon::upgrade(enginebay::Migrations& migrations, enginebay::Session* session) {
    enginebay::UpgradeOptions options;
    options.by = fmt::format("teleclauded {} (pid {})", program_version(), ::getpid());
    options.progress = [this](const enginebay::MigrationProgress& progress) {
        // Between two statements is where a revision can be broken off: it rolls back whole.
        lifetime_.check();
        lock_->require();
        report(progress);
    };
    options.stop = lifetime_.token();
    try {
        upgraded_ = session == nullptr ? migrations.upgrade(options)
                                       : migrations.upgrade(session->connection(), options);
    } catch (const Error& error) {
        if (error.code() == Errc::cancelled) {
            lifetime_.check();
        }
        throw;
    }
    revision_ = fmt::format("{}", fmt::join(upgraded_.current, ", "));
}

void Daemon::check_migrations(enginebay::Migrations& migrations, enginebay::Session* session) {
    const enginebay::MigrationStatus status =
        session == nullptr ? migrations.status() : migrations.status(session->connection());
    if (status.state != enginebay::MigrationStatus::State::versioned || !status.pending.empty()) {
        throw Error{Errc::input,
                    fmt::format("{} is not at the revision this program needs: pending {}; run "
                                "`enginebay upgrade`, or set migrations.on_start: upgrade",
                                database_->engine().location(), fmt::join(status.pending, ", "))};
    }
    revision_ = fmt::format("{}", fmt::join(status.current, ", "));
}

void Daemon::report(const enginebay::MigrationProgress& progress) const {
    using What = enginebay::MigrationProgress::What;
    switch (progress.what) {
        case What::waiting:
            log().information(fmt::format("migrations wait: {}", progress.statement));
            break;
        case What::adopted:
            log().information(
                fmt::format("the database is what {} makes: recorded", progress.revision));
            break;
        case What::copied:
            log().notice(fmt::format("the database was copied to {} before its first change",
                                     progress.statement));
            break;
        case What::note:
            log().warning(std::string{progress.statement});
            break;
        case What::revision:
            log().information(fmt::format("migration {} ({} of {})", progress.revision,
                                          progress.number, progress.count));
            break;
        case What::statement:
            log().debug(fmt::format("{} {}/{}: {}", progress.revision, progress.step,
                                    progress.steps, progress.statement));
            break;
        case What::rows:
            log().debug(fmt::format("{} {}/{}: {} rows of {}", progress.revision, progress.step,
                                    progress.steps, progress.rows, progress.table));
            break;
        case What::done:
            log().information(fmt::format("migration {} is done after {} ms", progress.revision,
                                          progress.elapsed.count() / 1000));
            break;
    }
}

}  // namespace teleclaude
