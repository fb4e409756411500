// SPDX-License-Identifier: BSL-1.0
// Opens, runs and reads old databases; what is in them is in old_daemon/.
#include "old_database.hpp"

#include <enginebay/timestamp.hpp>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace enginebay::testing {
namespace {

using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

Statement prepare(sqlite3* db, const std::string& sql) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(db, sql.c_str(), -1, &raw, nullptr) != SQLITE_OK) {
        throw std::runtime_error{sql + ": " + sqlite3_errmsg(db)};
    }
    return {raw, sqlite3_finalize};
}

std::string text_of(sqlite3_stmt* row, int column) {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(row, column));
    return bytes == nullptr
               ? std::string{}
               : std::string{bytes, static_cast<std::size_t>(sqlite3_column_bytes(row, column))};
}

std::string cell_of(sqlite3_stmt* row, int column) {
    const std::string text = text_of(row, column);
    return std::to_string(sqlite3_column_type(row, column)) + ":" + std::to_string(text.size()) +
           ":" + text;
}

}  // namespace

OldHistory::OldHistory(const std::filesystem::path& file) {
    std::ifstream in{file};
    std::vector<std::string>* list = &begin;
    std::string statement;
    for (std::string line; std::getline(in, line) || !statement.empty();) {
        if (!in || line.empty()) {
            if (!statement.empty()) {
                list->push_back(std::exchange(statement, {}));
            }
        } else if (line == "--! rows") {
            list = steps.empty() ? &rows : &steps.back().rows;
        } else if (line == "--! together") {
            steps.back().together = steps.back().statements.size();
        } else if (line.starts_with("--! step ")) {
            steps.push_back({line.substr(9), {}, std::string::npos, {}});
            list = &steps.back().statements;
        } else if (!line.starts_with("--")) {
            statement += (statement.empty() ? "" : " ") + line;
        }
    }
    for (OldStep& step : steps) {
        step.together = std::min(step.together, step.statements.size());
    }
}

OldDatabase::OldDatabase(const std::filesystem::path& file) {
    sqlite3* raw = nullptr;
    const int code =
        sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    handle_.reset(raw);
    if (code != SQLITE_OK) {
        throw std::runtime_error{file.string() + ": " + sqlite3_errmsg(raw)};
    }
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = OFF");
}

void OldDatabase::run(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        throw std::runtime_error{sql + ": " + sqlite3_errmsg(handle_.get())};
    }
}

void OldDatabase::run_part(const OldStep& step, std::size_t count) {
    run("PRAGMA foreign_keys = OFF");
    for (std::size_t i = 0; i < std::min(count, step.together); ++i) {
        run(step.statements[i]);
    }
    if (count > step.together) {
        run("BEGIN");
        for (std::size_t i = step.together; i < step.statements.size(); ++i) {
            run(step.statements[i]);
        }
        run("COMMIT");
    }
}

void OldDatabase::record(const OldStep& step) {
    run("INSERT INTO schema_migrations (version) VALUES ('" + step.version + "')");
}

void OldDatabase::run_history(const OldHistory& history, std::size_t count) {
    run_all(history.begin);
    run_all(history.rows);
    for (std::size_t i = 0; i < count; ++i) {
        run_part(history.steps[i], history.steps[i].statements.size());
        record(history.steps[i]);
        run_all(history.steps[i].rows);
    }
}

void OldDatabase::run_steps(const OldHistory& history, std::size_t first) {
    for (std::size_t i = first; i < history.steps.size(); ++i) {
        run_part(history.steps[i], history.steps[i].statements.size());
        record(history.steps[i]);
    }
}

void OldDatabase::run_schema(const OldHistory& fresh) {
    try {
        run_all(fresh.begin);
    } catch (const std::runtime_error&) {
        // And so did the old daemon.
    }
}

void OldDatabase::run_all(const std::vector<std::string>& statements) {
    for (const std::string& sql : statements) {
        run(sql);
    }
}

std::string OldDatabase::dump(const std::string& sql) {
    const Statement statement = prepare(handle_.get(), sql);
    std::string rows;
    while (sqlite3_step(statement.get()) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
            rows += (i == 0 ? "" : "|") + cell_of(statement.get(), i);
        }
        rows += "\n";
    }
    return rows;
}

std::map<std::string, std::vector<std::string>> OldDatabase::rows() {
    std::map<std::string, std::vector<std::string>> result;
    const Statement tables = prepare(
        handle_.get(),
        "SELECT t.name, t.wr FROM pragma_table_list t WHERE t.schema = 'main' AND t.type = 'table'"
        " AND t.name NOT LIKE 'enginebay%' AND t.name <> 'sqlite_schema'");
    while (sqlite3_step(tables.get()) == SQLITE_ROW) {
        const std::string table = text_of(tables.get(), 0);
        std::string columns;
        const bool counted = table != "schema_migrations" && table != "sqlite_sequence";
        const Statement names = prepare(
            handle_.get(), "SELECT name FROM pragma_table_info('" + table + "') ORDER BY name");
        while (sqlite3_step(names.get()) == SQLITE_ROW) {
            const std::string name = text_of(names.get(), 0);
            if (table != "schema_migrations" || name == "version") {
                columns += ", \"" + name + "\"";
            }
        }
        const Statement all =
            prepare(handle_.get(), "SELECT " + columns.substr(2) + " FROM \"" + table +
                                       "\" ORDER BY " + (counted ? "rowid" : "1"));
        std::vector<std::string>& rows = result[table];
        while (sqlite3_step(all.get()) == SQLITE_ROW) {
            std::string row;
            for (int i = 0; i < sqlite3_column_count(all.get()); ++i) {
                row += std::string{sqlite3_column_name(all.get(), i)} + "=" +
                       cell_of(all.get(), i) + "|";
            }
            rows.push_back(std::move(row));
        }
    }
    return result;
}

namespace {

/// `name=type:length:bytes|`, taken from the front of a row.
struct Cell {
    std::string name;
    std::string type;
    std::string bytes;

    static Cell take(std::string_view& row) {
        const auto until = [&row](char end) {
            const std::size_t at = row.find(end);
            std::string part{row.substr(0, at)};
            row.remove_prefix(at + 1);
            return part;
        };
        Cell cell{until('='), until(':'), {}};
        const std::size_t size = std::stoul(until(':'));
        cell.bytes = row.substr(0, size);
        row.remove_prefix(size + 1);
        return cell;
    }
    [[nodiscard]] std::string text() const {
        return name + "=" + type + ":" + std::to_string(bytes.size()) + ":" + bytes + "|";
    }
    [[nodiscard]] bool is_time() const {
        return type == "3" &&
               (name.ends_with("_at") || name == "last_activity" || name == "unavailable_until");
    }
};

std::string with_one_spelling(const std::string& row, bool notification) {
    const bool given_up = notification && row.find("|next_attempt_at=3:0:|") != std::string::npos;
    std::string result;
    for (std::string_view rest = row; !rest.empty();) {
        Cell cell = Cell::take(rest);
        const auto instant = cell.is_time() ? parse_timestamp(cell.bytes) : std::nullopt;
        if (instant) {
            cell.bytes = to_text(*instant).view();
        } else if (given_up && cell.name == "next_attempt_at") {
            cell = {cell.name, "5", ""};
        } else if (given_up && cell.name == "status" && cell.bytes == "failed") {
            cell.bytes = "dead_letter";
        }
        result += cell.text();
    }
    return result;
}

}  // namespace

std::map<std::string, std::vector<std::string>> with_one_spelling(
    std::map<std::string, std::vector<std::string>> rows) {
    for (auto& [table, content] : rows) {
        if (table == "schema_migrations" || table == "sqlite_sequence") {
            continue;
        }
        for (std::string& row : content) {
            row = with_one_spelling(row, table == "notification_outbox");
        }
    }
    return rows;
}

}  // namespace enginebay::testing
