// SPDX-License-Identifier: BSL-1.0
// A database in memory that lives for one question.
#include "scratch.hpp"

#include "error_map.hpp"
#include "inspector.hpp"
#include "raw.hpp"
#include "render.hpp"

#include <sqlite3.h>

#include <memory>
#include <vector>

namespace enginebay::sqlite {
namespace {

struct Closer {
    void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
};

}  // namespace

Structure scratch_structure(std::span<const std::string> statements,
                            std::span<const std::string> ignored) {
    sqlite3* db = nullptr;
    const int code =
        sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    const std::unique_ptr<sqlite3, Closer> owner{db};
    if (code != SQLITE_OK) {
        throw native_error(db, "open a scratch database in memory", {});
    }
    for (const std::string& statement : statements) {
        run(db, statement);
    }
    return read_structure(db, ignored);
}

Structure declared_structure(const Schema& schema) {
    std::vector<std::string> statements;
    for (const Table& table : schema.tables) {
        for (std::string& statement : render_operation(CreateTable{table}, schema)) {
            statements.push_back(std::move(statement));
        }
    }
    return scratch_structure(statements, {});
}

}  // namespace enginebay::sqlite
