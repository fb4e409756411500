// SPDX-License-Identifier: BSL-1.0
// Facts from pragmas, completed by the texts of CREATE statements where no pragma tells.
#include "inspector.hpp"

#include "create_text.hpp"
#include "dialect.hpp"
#include "raw.hpp"
#include "tokens.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace enginebay::sqlite {
namespace {

class Inspector {
public:
    Inspector(sqlite3* db, std::span<const std::string> ignored) : db_{db}, ignored_{ignored} {}

    Structure read();

private:
    [[nodiscard]] bool is_ignored(const std::string& table) const;
    void add(std::string kind, const std::string& table, std::string name, std::string definition);

    void read_tables();
    void read_table(const std::string& table, bool without_rowid, bool strict);
    void read_columns(const std::string& table, const TableText& text);
    void read_checks(const std::string& table, const TableText& text);
    void read_foreign_keys(const std::string& table, const TableText& text);
    void read_indexes(const std::string& table);
    void read_index(const std::string& table, const std::string& index, bool unique, bool partial);
    void read_triggers();

    [[nodiscard]] std::string sql_of(const std::string& name);
    [[nodiscard]] std::vector<std::string> key_of(const std::string& table);
    [[nodiscard]] std::string unique_columns(const std::string& index);
    [[nodiscard]] std::string collation_of(const std::string& table, const std::string& column);
    [[nodiscard]] bool gives_out_numbers(const std::string& table, const std::string& column);

    sqlite3* db_;
    std::span<const std::string> ignored_;
    Structure facts_;
};

std::string join(const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& piece : list) {
        text += (text.empty() ? "" : ", ") + piece;
    }
    return text;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

bool Inspector::is_ignored(const std::string& table) const {
    return table.starts_with("sqlite_") ||
           std::any_of(ignored_.begin(), ignored_.end(), [&](const std::string& pattern) {
               return sqlite3_strglob(pattern.c_str(), table.c_str()) == 0;
           });
}

void Inspector::add(std::string kind, const std::string& table, std::string name,
                    std::string definition) {
    facts_.push_back({std::move(kind), table, std::move(name), std::move(definition)});
}

Structure Inspector::read() {
    if (!RawStatement{db_, "SELECT 1 FROM sqlite_schema LIMIT 1"}.step()) {
        return {};
    }
    read_tables();
    read_triggers();
    std::sort(facts_.begin(), facts_.end());
    return std::move(facts_);
}

void Inspector::read_tables() {
    RawStatement list{db_,
                      "SELECT name, type, wr, strict FROM pragma_table_list "
                      "WHERE schema = 'main' AND type <> 'shadow'"};
    while (list.step()) {
        const std::string name = list.text(0);
        const std::string type = list.text(1);
        if (is_ignored(name)) {
            continue;
        }
        if (type == "table") {
            read_table(name, list.integer(2) != 0, list.integer(3) != 0);
        } else if (type == "view") {
            add("view", name, name, read_body(sql_of(name)));
        } else if (type == "virtual") {
            add("virtual_table", name, name, read_module(sql_of(name)));
        }
    }
}

void Inspector::read_table(const std::string& table, bool without_rowid, bool strict) {
    const TableText text = read_table_text(sql_of(table));
    std::vector<std::string> kinds;
    if (strict) {
        kinds.emplace_back("STRICT");
    }
    if (without_rowid) {
        kinds.emplace_back("WITHOUT ROWID");
    }
    add("table", table, table, join(kinds));
    read_columns(table, text);
    read_checks(table, text);
    read_foreign_keys(table, text);
    read_indexes(table);
}

void Inspector::read_columns(const std::string& table, const TableText& text) {
    RawStatement columns{db_,
                         "SELECT name, type, \"notnull\", dflt_value, hidden "
                         "FROM pragma_table_xinfo(?)"};
    columns.bind(1, table);
    while (columns.step()) {
        const std::string name = columns.text(0);
        std::string definition = upper(normalize(columns.text(1)));
        if (columns.integer(2) != 0) {
            definition += " NOT NULL";
        }
        if (!columns.is_null(3)) {
            definition += " DEFAULT " + normalize(columns.text(3));
        }
        if (const std::string collation = collation_of(table, name); collation != "BINARY") {
            definition += " COLLATE " + collation;
        }
        if (columns.integer(4) >= 2) {
            const auto generated = text.generated.find(lower(name));
            definition += " GENERATED " +
                          (generated == text.generated.end() ? std::string{} : generated->second);
        }
        add("column", table, name, definition);
    }
    const std::vector<std::string> key = key_of(table);
    if (!key.empty()) {
        const bool numbers = key.size() == 1 && gives_out_numbers(table, key.front());
        add("primary_key", table, join(key), join(key) + (numbers ? " AUTOINCREMENT" : ""));
    }
}

void Inspector::read_checks(const std::string& table, const TableText& text) {
    for (const CheckText& check : text.checks) {
        add("check", table, check.name.empty() ? check.expression : check.name, check.expression);
    }
}

void Inspector::read_foreign_keys(const std::string& table, const TableText& text) {
    struct Key {
        std::string target;
        std::vector<std::string> from;
        std::vector<std::string> to;
        std::string actions;
    };
    std::map<std::int64_t, Key> keys;
    RawStatement rows{db_,
                      "SELECT id, \"table\", \"from\", \"to\", on_update, on_delete "
                      "FROM pragma_foreign_key_list(?) ORDER BY id, seq"};
    rows.bind(1, table);
    while (rows.step()) {
        Key& key = keys[rows.integer(0)];
        key.target = rows.text(1);
        key.from.push_back(rows.text(2));
        if (!rows.is_null(3)) {
            key.to.push_back(rows.text(3));
        }
        key.actions = rows.text(5) == "NO ACTION" ? "" : " ON DELETE " + rows.text(5);
        key.actions += rows.text(4) == "NO ACTION" ? "" : " ON UPDATE " + rows.text(4);
    }
    for (const auto& [id, key] : keys) {
        const std::string from = join(key.from);
        // Without columns the target's primary key is meant.
        const std::string to = join(key.to.empty() ? key_of(key.target) : key.to);
        const bool deferred = std::find(text.deferred.begin(), text.deferred.end(), lower(from)) !=
                              text.deferred.end();
        add("foreign_key", table, from,
            fmt::format("({}) REFERENCES {} ({}){}{}", from, key.target, to, key.actions,
                        deferred ? " INITIALLY DEFERRED" : ""));
    }
}

void Inspector::read_indexes(const std::string& table) {
    RawStatement list{db_, "SELECT name, \"unique\", origin, partial FROM pragma_index_list(?)"};
    list.bind(1, table);
    while (list.step()) {
        const std::string origin = list.text(2);
        if (origin == "u") {
            const std::string columns = unique_columns(list.text(0));
            add("unique", table, columns, columns);
        } else if (origin == "c") {
            read_index(table, list.text(0), list.integer(1) != 0, list.integer(3) != 0);
        }
    }
}

void Inspector::read_index(const std::string& table, const std::string& index, bool unique,
                           bool partial) {
    const IndexText text = read_index_text(sql_of(index));
    std::vector<std::string> columns;
    RawStatement rows{db_,
                      "SELECT name, \"desc\", coll, cid FROM pragma_index_xinfo(?) "
                      "WHERE key = 1 ORDER BY seqno"};
    rows.bind(1, index);
    while (rows.step()) {
        if (rows.integer(3) == -2) {  // an expression: only the text has it
            const std::size_t position = columns.size();
            columns.push_back(position < text.columns.size() ? text.columns[position] : "?");
            continue;
        }
        std::string column = rows.text(0);
        if (rows.text(2) != collation_of(table, column)) {
            column += " COLLATE " + rows.text(2);
        }
        columns.push_back(column + (rows.integer(1) != 0 ? " DESC" : ""));
    }
    add("index", table, index,
        fmt::format("{}({}){}", unique ? "UNIQUE " : "", join(columns),
                    partial ? " WHERE " + text.where : ""));
}

void Inspector::read_triggers() {
    RawStatement list{db_, "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'trigger'"};
    while (list.step()) {
        if (!is_ignored(list.text(1))) {
            add("trigger", list.text(1), list.text(0), read_body(list.text(2)));
        }
    }
}

std::string Inspector::sql_of(const std::string& name) {
    RawStatement row{db_, "SELECT sql FROM sqlite_schema WHERE name = ? AND type <> 'trigger'"};
    row.bind(1, name);
    return row.step() ? row.text(0) : std::string{};
}

std::vector<std::string> Inspector::key_of(const std::string& table) {
    std::vector<std::string> key;
    RawStatement rows{db_, "SELECT name FROM pragma_table_xinfo(?) WHERE pk > 0 ORDER BY pk"};
    rows.bind(1, table);
    while (rows.step()) {
        key.push_back(rows.text(0));
    }
    return key;
}

std::string Inspector::unique_columns(const std::string& index) {
    std::vector<std::string> columns;
    RawStatement rows{db_, "SELECT name FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno"};
    rows.bind(1, index);
    while (rows.step()) {
        columns.push_back(rows.text(0));
    }
    return join(columns);
}

std::string Inspector::collation_of(const std::string& table, const std::string& column) {
    const char* collation = nullptr;
    sqlite3_table_column_metadata(db_, "main", table.c_str(), column.c_str(), nullptr, &collation,
                                  nullptr, nullptr, nullptr);
    return collation == nullptr ? "BINARY" : upper(collation);
}

bool Inspector::gives_out_numbers(const std::string& table, const std::string& column) {
    int autoincrement = 0;
    sqlite3_table_column_metadata(db_, "main", table.c_str(), column.c_str(), nullptr, nullptr,
                                  nullptr, nullptr, &autoincrement);
    return autoincrement != 0;
}

}  // namespace

Structure read_structure(sqlite3* db, std::span<const std::string> ignored) {
    return Inspector{db, ignored}.read();
}

}  // namespace enginebay::sqlite
