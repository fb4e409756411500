// SPDX-License-Identifier: BSL-1.0
// Reads and writes enginebay_revision.
#include "migration/history.hpp"

#include "migration/checksum.hpp"
#include "migration/planner.hpp"

#include <enginebay/error.hpp>
#include <enginebay/timestamp.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <utility>

namespace enginebay::migration {
namespace {

constexpr std::array<std::string_view, 6> columns{"revision",   "checksum",    "state",
                                                  "applied_at", "duration_us", "by"};

constexpr std::string_view meaning_column = "meaning";
constexpr std::size_t longest_meaning = 256 * 1024;  // rows as a revision may bring them
// Far below what any backend takes as parameters of one statement.
constexpr std::size_t rows_at_once = 500;

std::string column_list(const Dialect& dialect, const std::string& prefix = {}) {
    std::string list;
    for (const std::string_view column : columns) {
        list += (list.empty() ? "" : ", ") + prefix + dialect.quote(column);
    }
    return list;
}

/// Histories of earlier versions, and those that a script wrote, have no value there.
Column meaning_definition() {
    return {std::string{meaning_column}, ColumnType::blob, true, std::nullopt, {}, {}};
}

/// Bytes, for a meaning may hold values that are no text.
ValueView bytes_of(std::string_view text) {
    return ValueView::blob(std::as_bytes(std::span{text}));
}

std::string text_of(const ValueView& cell) {
    switch (cell.kind()) {
        case Kind::text:
            return std::string{cell.as_text()};
        case Kind::timestamp:
            return std::string{to_text(cell.as_timestamp()).view()};
        case Kind::integer:
            return std::to_string(cell.as_integer());
        default:
            return {};
    }
}

/// Closes the cursor however its scope is left.
class OpenCursor {
public:
    explicit OpenCursor(Cursor& cursor) : cursor_{cursor} {}
    OpenCursor(const OpenCursor&) = delete;
    OpenCursor& operator=(const OpenCursor&) = delete;
    ~OpenCursor() { cursor_.close(); }
    const ValueView* next() { return cursor_.next(); }

private:
    Cursor& cursor_;
};

}  // namespace

Table history_definition() {
    Table table;
    table.name = history_table;
    const auto add = [&](std::string_view name, ColumnType type) {
        table.columns.push_back({std::string{name}, type, false, std::nullopt, {}, {}});
    };
    add(columns[0], ColumnType::text);
    add(columns[1], ColumnType::text);
    add(columns[2], ColumnType::text);
    add(columns[3], ColumnType::timestamp);
    add(columns[4], ColumnType::integer);
    add(columns[5], ColumnType::text);
    table.columns.push_back(meaning_definition());
    table.primary_key = {std::string{columns[0]}};
    return table;
}

std::vector<std::string> history_columns() { return {columns.begin(), columns.end()}; }

NewRow row_of(const Revision& revision, std::string_view state, std::string by) {
    NewRow row;
    row.revision = revision.id;
    row.checksum = revision.checksum;
    row.state = state;
    row.by = std::move(by);
    if (std::string meaning = canonical(revision); meaning.size() <= longest_meaning) {
        row.meaning = std::move(meaning);
    }
    return row;
}

History::History(Connection& connection, Migrator& migrator, const Dialect& dialect)
    : connection_{connection}, migrator_{migrator}, dialect_{dialect} {}

std::vector<AppliedRevision> History::select() {
    // Qualified: some backends take a quoted word alone for a text when there is no such column.
    const std::string sql = "SELECT " + column_list(dialect_, "h.") + " FROM " +
                            dialect_.quote(history_table) + " h ORDER BY h." +
                            dialect_.quote(columns[3]) + ", h." + dialect_.quote(columns[0]);
    OpenCursor cursor{connection_.query(sql, {})};
    std::vector<AppliedRevision> rows;
    while (const ValueView* cells = cursor.next()) {
        AppliedRevision row;
        row.revision = text_of(cells[0]);
        row.checksum = text_of(cells[1]);
        row.state = text_of(cells[2]);
        row.applied_at = text_of(cells[3]);
        row.duration_us = cells[4].kind() == Kind::integer ? cells[4].as_integer() : 0;
        row.by = text_of(cells[5]);
        rows.push_back(std::move(row));
    }
    return rows;
}

bool History::find_table() {
    const Structure facts = migrator_.inspect(connection_, {});
    found_nothing_ = facts.empty();
    return std::ranges::any_of(
        facts, [](const StructureFact& fact) { return fact.table == history_table; });
}

std::vector<AppliedRevision> History::read() {
    found_nothing_ = false;
    std::vector<AppliedRevision> rows;
    try {
        rows = select();
    } catch (const Error& error) {
        if (error.code() != Errc::statement) {
            throw;
        }
        if (!find_table()) {
            return {};
        }
        rows = select();  // another runner has just made it, or the reason comes again
    }
    exists_ = true;
    return rows;
}

std::vector<AppliedRevision> History::read_in_transaction() {
    found_nothing_ = false;
    exists_ = exists_ || find_table();
    return exists_ ? select() : std::vector<AppliedRevision>{};
}

void History::add(std::span<const NewRow> rows) {
    if (rows.empty()) {
        return;
    }
    make_ready();
    Timestamp at = now();
    while (!rows.empty()) {
        const std::size_t count = std::min(rows.size(), rows_at_once);
        insert(rows.first(count), at);
        rows = rows.subspan(count);
    }
}

void History::make_ready() {
    std::vector<std::string> statements;
    if (!exists_) {
        statements = migrator_.render(CreateTable{history_definition()}, Schema{});
    } else if (!complete_) {
        const Structure facts = migrator_.inspect(connection_, {});
        if (std::ranges::none_of(facts, [](const StructureFact& fact) {
                return fact.kind == "column" && fact.table == history_table &&
                       fact.name == meaning_column;
            })) {
            Schema before;
            before.tables.push_back(history_definition());
            before.tables.back().columns.pop_back();
            statements = migrator_.render(
                AddColumn{std::string{history_table}, meaning_definition()}, before);
        }
    }
    for (const std::string& sql : statements) {
        connection_.execute(sql, {});
    }
    exists_ = complete_ = true;
}

/// One statement. Each row is a microsecond younger than the one before, for they are read by age.
void History::insert(std::span<const NewRow> rows, Timestamp& at) {
    std::string sql = "INSERT INTO " + dialect_.quote(history_table) + " (" +
                      column_list(dialect_) + ", " + dialect_.quote(meaning_column) + ") VALUES ";
    std::vector<ValueView> values;
    for (const NewRow& row : rows) {
        sql += values.empty() ? "(?, ?, ?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?, ?, ?)";
        values.insert(values.end(), {ValueView::text(row.revision), ValueView::text(row.checksum),
                                     ValueView::text(row.state), ValueView::timestamp(at),
                                     ValueView::integer(row.duration_us), ValueView::text(row.by),
                                     row.meaning.empty() ? ValueView{} : bytes_of(row.meaning)});
        at += std::chrono::microseconds{1};
    }
    connection_.execute(sql, values);
}

void History::verify(const MigrationSet& set, std::span<const AppliedRevision> rows,
                     const std::string& location) {
    verify_history(set, rows, location,
                   [this](const std::string& revision) { return meaning_of(revision); });
}

std::vector<AppliedRevision> History::read_verified(const MigrationSet& set,
                                                    const std::string& location) {
    std::vector<AppliedRevision> rows = read();
    verify(set, rows, location);
    return rows;
}

/// Empty where nobody knows.
std::string History::meaning_of(const std::string& revision) noexcept {
    try {
        const std::array<ValueView, 1> values{ValueView::text(revision)};
        OpenCursor cursor{connection_.query("SELECT h." + dialect_.quote(meaning_column) +
                                                " FROM " + dialect_.quote(history_table) +
                                                " h WHERE h." + dialect_.quote(columns[0]) + " = ?",
                                            values)};
        const ValueView* cells = cursor.next();
        if (cells == nullptr || cells[0].kind() != Kind::blob) {
            return {};
        }
        const std::span<const std::byte> bytes = cells[0].as_blob();
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    } catch (const std::exception&) {
        return {};  // a history of an earlier version has no such column
    }
}

void History::remove(const std::string& revision) {
    const std::array<ValueView, 1> values{ValueView::text(revision)};
    connection_.execute("DELETE FROM " + dialect_.quote(history_table) + " WHERE " +
                            dialect_.quote(columns[0]) + " = ?",
                        values);
}

void History::mark(const std::string& revision, std::string_view state) {
    const std::array<ValueView, 2> values{ValueView::text(state), ValueView::text(revision)};
    connection_.execute("UPDATE " + dialect_.quote(history_table) + " SET " +
                            dialect_.quote(columns[2]) + " = ? WHERE " +
                            dialect_.quote(columns[0]) + " = ?",
                        values);
}

}  // namespace enginebay::migration
