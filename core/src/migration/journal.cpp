// SPDX-License-Identifier: BSL-1.0
// Reads and writes enginebay_journal.
#include "migration/journal.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace enginebay::migration {
namespace {

std::string_view word_for(Way way) { return way == Way::up ? "up" : "down"; }

}  // namespace

Table journal_definition() {
    Table table;
    table.name = journal_table;
    const auto add = [&](std::string_view name, ColumnType type) {
        table.columns.push_back({std::string{name}, type, false, std::nullopt, {}, {}});
    };
    add("revision", ColumnType::text);
    add("way", ColumnType::text);
    add("checksum", ColumnType::text);
    add("done", ColumnType::integer);
    add("started", ColumnType::integer);
    table.primary_key = {"revision"};
    return table;
}

Journal::Journal(Connection& connection, Migrator& migrator, const Dialect& dialect)
    : connection_{connection}, migrator_{migrator}, dialect_{dialect} {}

bool Journal::find_table() {
    const Structure facts = migrator_.inspect(connection_, {});
    return std::ranges::any_of(
        facts, [](const StructureFact& fact) { return fact.table == journal_table; });
}

std::optional<JournalEntry> Journal::find(const std::string& revision) {
    if (!find_table()) {
        return std::nullopt;
    }
    const std::string sql = "SELECT j.way, j.checksum, j.done, j.started FROM " +
                            dialect_.quote(journal_table) + " j WHERE j.revision = ?";
    const std::array<ValueView, 1> values{ValueView::text(revision)};
    Cursor& cursor = connection_.query(sql, values);
    std::optional<JournalEntry> entry;
    if (const ValueView* cells = cursor.next()) {
        entry = JournalEntry{revision, cells[0].as_text() == "up" ? Way::up : Way::down,
                             std::string{cells[1].as_text()}, cells[2].as_integer(),
                             cells[3].as_integer()};
    }
    cursor.close();
    return entry;
}

std::vector<JournalEntry> Journal::unfinished() {
    std::vector<JournalEntry> entries;
    try {
        Cursor& cursor = connection_.query(
            "SELECT j.revision, j.way FROM " + dialect_.quote(journal_table) + " j ORDER BY 1", {});
        while (const ValueView* cells = cursor.next()) {
            entries.push_back({std::string{cells[0].as_text()},
                               cells[1].as_text() == "up" ? Way::up : Way::down,
                               {},
                               0,
                               0});
        }
        cursor.close();
    } catch (const Error& error) {
        if (error.code() != Errc::statement) {
            throw;
        }
        return {};  // there is no such table: nothing has ever begun
    }
    return entries;
}

void Journal::put(const JournalEntry& entry) {
    if (!find_table()) {
        for (const std::string& sql :
             migrator_.render(CreateTable{journal_definition()}, Schema{})) {
            connection_.execute(sql, {});
        }
    }
    erase(entry.revision);
    const std::array<ValueView, 5> values{
        ValueView::text(entry.revision), ValueView::text(word_for(entry.way)),
        ValueView::text(entry.checksum), ValueView::integer(entry.done),
        ValueView::integer(entry.started)};
    connection_.execute("INSERT INTO " + dialect_.quote(journal_table) +
                            " (revision, way, checksum, done, started) VALUES (?, ?, ?, ?, ?)",
                        values);
}

void Journal::erase(const std::string& revision) {
    const std::array<ValueView, 1> values{ValueView::text(revision)};
    connection_.execute("DELETE FROM " + dialect_.quote(journal_table) + " WHERE revision = ?",
                        values);
}

}  // namespace enginebay::migration
