// SPDX-License-Identifier: BSL-1.0
// Raw access through sqlite3.h: statements prepared once, results read in place.
#include "raw.hpp"

#include <sqlite3.h>

#include <stdexcept>
#include <string>

namespace enginebay::bench {
namespace {

class RawSqlite final : public Raw {
public:
    explicit RawSqlite(const DatabaseConfig& config) {
        check(sqlite3_open_v2(config.path.c_str(), &db_, SQLITE_OPEN_READWRITE, nullptr));
        for (const char* pragma : sqlite_settings) {
            check(sqlite3_exec(db_, pragma, nullptr, nullptr, nullptr));
        }
    }
    void prepare_items() override {
        prepare("SELECT id, name, amount, body FROM items WHERE id = ?", &read_);
        prepare(
            "INSERT INTO items (id, name, amount, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO "
            "UPDATE SET name = excluded.name, amount = excluded.amount, body = excluded.body",
            &write_);
        prepare("SELECT id, name, amount, body FROM items", &scan_);
        prepare("INSERT INTO bulk_items (id, name, amount, body) VALUES (?, ?, ?, ?)", &insert_);
        prepare("UPDATE items SET amount = ? WHERE id = ?", &update_);
        prepare("BEGIN IMMEDIATE", &begin_);
        prepare("COMMIT", &commit_);
    }
    ~RawSqlite() override {
        for (sqlite3_stmt* statement : {read_, write_, scan_, insert_, update_, begin_, commit_}) {
            sqlite3_finalize(statement);
        }
        sqlite3_close(db_);
    }

    std::size_t point_read(std::int64_t id) override {
        sqlite3_bind_int64(read_, 1, id);
        if (sqlite3_step(read_) != SQLITE_ROW) {
            throw std::runtime_error{"a row is missing"};
        }
        const auto key = sqlite3_column_int64(read_, 0);
        const std::string_view name = text(read_, 1);
        const auto amount = sqlite3_column_int64(read_, 2);
        const std::string_view body = text(read_, 3);
        const std::size_t seen = name.size() + body.size() + static_cast<std::size_t>(key + amount);
        sqlite3_step(read_);
        sqlite3_reset(read_);
        return seen;
    }

    void upsert(std::int64_t id, std::string_view name, std::string_view body) override {
        sqlite3_bind_int64(write_, 1, id);
        sqlite3_bind_text(write_, 2, name.data(), static_cast<int>(name.size()), SQLITE_STATIC);
        sqlite3_bind_int64(write_, 3, id);
        sqlite3_bind_text(write_, 4, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
        run(write_);
    }

    std::size_t transact(std::int64_t id) override {
        run(begin_);
        const std::size_t seen = point_read(id);
        sqlite3_bind_int64(update_, 1, id + 1);
        sqlite3_bind_int64(update_, 2, id);
        run(update_);
        run(commit_);
        return seen;
    }

    std::size_t scan() override {
        std::size_t seen = 0;
        while (sqlite3_step(scan_) == SQLITE_ROW) {
            const auto key = sqlite3_column_int64(scan_, 0);
            const std::string_view name = text(scan_, 1);
            const auto amount = sqlite3_column_int64(scan_, 2);
            seen += name.size() + text(scan_, 3).size() + static_cast<std::size_t>(key + amount);
        }
        sqlite3_reset(scan_);
        return seen;
    }

    void bulk_insert(std::span<const BulkRow> rows) override {
        check(sqlite3_exec(db_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr));
        for (const BulkRow& row : rows) {
            sqlite3_bind_int64(insert_, 1, row.id);
            bind_text(insert_, 2, row.name);
            sqlite3_bind_int64(insert_, 3, row.amount);
            bind_text(insert_, 4, row.body);
            run(insert_);
        }
        check(sqlite3_exec(db_, "COMMIT", nullptr, nullptr, nullptr));
    }

    void empty_bulk() override {
        check(sqlite3_exec(db_, "DELETE FROM bulk_items", nullptr, nullptr, nullptr));
    }

    void settle() override {
        check(sqlite3_exec(db_, "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr));
    }
    const char* leave_it_sql() override { return sqlite_settings.back(); }

    std::size_t first_cell(const char* sql) override {
        sqlite3_stmt* statement = nullptr;
        prepare(sql, &statement);
        const std::size_t seen =
            sqlite3_step(statement) == SQLITE_ROW ? text(statement, 0).size() : 0;
        sqlite3_finalize(statement);
        return seen;
    }

    void run_together(std::span<const std::string> statements) override {
        check(sqlite3_exec(db_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr));
        for (const std::string& sql : statements) {
            check(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr));
        }
        check(sqlite3_exec(db_, "COMMIT", nullptr, nullptr, nullptr));
    }

private:
    static std::string_view text(sqlite3_stmt* statement, int column) {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
        return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
    }
    static void bind_text(sqlite3_stmt* statement, int place, std::string_view text) {
        sqlite3_bind_text(statement, place, text.data(), static_cast<int>(text.size()),
                          SQLITE_STATIC);
    }
    void run(sqlite3_stmt* statement) {
        if (sqlite3_step(statement) != SQLITE_DONE) {
            throw std::runtime_error{sqlite3_errmsg(db_)};
        }
        sqlite3_reset(statement);
    }
    void check(int result) {
        if (result != SQLITE_OK) {
            throw std::runtime_error{sqlite3_errmsg(db_)};
        }
    }
    void prepare(const char* sql, sqlite3_stmt** statement) {
        check(sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, nullptr));
    }

    sqlite3* db_{nullptr};
    sqlite3_stmt* read_{nullptr};
    sqlite3_stmt* write_{nullptr};
    sqlite3_stmt* scan_{nullptr};
    sqlite3_stmt* insert_{nullptr};
    sqlite3_stmt* update_{nullptr};
    sqlite3_stmt* begin_{nullptr};
    sqlite3_stmt* commit_{nullptr};
};

}  // namespace

std::unique_ptr<Raw> connect_raw_sqlite(const DatabaseConfig& config) {
    return std::make_unique<RawSqlite>(config);
}

}  // namespace enginebay::bench
