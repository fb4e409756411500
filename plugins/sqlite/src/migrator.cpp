// SPDX-License-Identifier: BSL-1.0
// Inspection and rendering behind the contract, and the scratch database.
#include "migrator.hpp"

#include "inspector.hpp"
#include "loss_watch.hpp"
#include "native_handle.hpp"
#include "raw.hpp"
#include "rebuild.hpp"
#include "render.hpp"
#include "row_progress.hpp"
#include "scratch.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace enginebay::sqlite {
Structure SqliteMigrator::inspect(Connection& connection, std::span<const std::string> ignored) {
    return read_structure(native_handle(connection), ignored);
}

Structure SqliteMigrator::scratch(Connection& /*connection*/,
                                  std::span<const std::string> statements,
                                  std::span<const std::string> ignored) {
    return scratch_structure(statements, ignored);
}

std::vector<std::string> SqliteMigrator::render(const Operation& operation,
                                                const Schema& before) const {
    return render_operation(operation, before);
}

// BEGIN IMMEDIATE, which every write transaction began with, keeps all others out already.
bool SqliteMigrator::try_lock(Connection& connection) {
    sqlite3* db = native_handle(connection);
    if (sqlite3_txn_state(db, "main") == SQLITE_TXN_WRITE) {
        return true;
    }
    throw Error{Errc::usage, "the migration lock is taken inside a write transaction"};
}

void SqliteMigrator::prepare(Connection& connection, std::span<const Operation> operations) {
    const bool copies =
        std::any_of(operations.begin(), operations.end(),
                    [](const Operation& operation) { return !rebuilt_table(operation).empty(); });
    if (!copies) {
        return;
    }
    sqlite3* db = native_handle(connection);
    prepared_ = true;
    run(db, "PRAGMA foreign_keys = OFF");
    RawStatement now{db, "PRAGMA foreign_keys"};
    if (!now.step() || now.integer(0) != 0) {  // as inside a transaction, where it does nothing
        throw Error{Errc::usage, "foreign keys are still on where a table is about to be copied"};
    }
}

std::unique_ptr<ChangeWatch> SqliteMigrator::watch(Connection& connection,
                                                   std::span<const Operation> operations,
                                                   const Schema& before) {
    Changes changes{operations};
    if (!changes.copies()) {
        return nullptr;  // ALTER TABLE keeps what it does not change
    }
    auto watch = std::make_unique<LossWatch>(native_handle(connection), std::move(changes), before);
    if (auto* progress = connection.extension(row_progress_extension)) {
        static_cast<RowProgress*>(static_cast<RowProgressExtension*>(progress))
            ->expect({watch->rows_before().begin(), watch->rows_before().end()});
    }
    return watch;
}

void SqliteMigrator::restore(Connection& connection) noexcept {
    if (!prepared_) {
        return;
    }
    prepared_ = false;
    auto* db = static_cast<sqlite3*>(connection.extension("sqlite3"));
    sqlite3_exec(db, "PRAGMA legacy_alter_table = OFF", nullptr, nullptr, nullptr);
    sqlite3_exec(db, "PRAGMA foreign_keys = ON", nullptr, nullptr, nullptr);
}

}  // namespace enginebay::sqlite
