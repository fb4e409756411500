// SPDX-License-Identifier: BSL-1.0
// Reads every time of every row once.
#include "migration/unreadable_times.hpp"

#include <enginebay/timestamp.hpp>

#include <cstddef>
#include <string_view>

namespace enginebay::migration {
namespace {

constexpr std::size_t most_named = 10;
constexpr std::size_t longest_named = 40;

struct Found {
    const Column* column;
    std::size_t count{0};
    std::string named{};
};

std::string shown(const ValueView& cell) {
    if (cell.kind() == Kind::integer) {
        return std::to_string(cell.as_integer());
    }
    if (cell.kind() != Kind::text) {
        return "?";
    }
    const std::string_view text = cell.as_text();
    std::string result{text.substr(0, longest_named)};
    for (char& c : result) {
        const auto byte = static_cast<unsigned char>(c);
        c = byte < 0x20U || byte >= 0x7fU ? '?' : c;
    }
    return "'" + result + (text.size() > longest_named ? "...'" : "'");
}

bool is_readable(const ValueView& cell) {
    switch (cell.kind()) {
        case Kind::null:
        case Kind::timestamp:
            return true;
        case Kind::text:
            return cell.as_text().empty() || parse_timestamp(cell.as_text()).has_value();
        default:
            return false;
    }
}

std::vector<Found> times_of(const Table& table) {
    std::vector<Found> times;
    for (const Column& column : table.columns) {
        if (column.type == ColumnType::timestamp) {
            times.push_back({.column = &column});
        }
    }
    return times;
}

std::string query_of(const Dialect& dialect, const Table& table, const std::vector<Found>& times) {
    std::string columns;
    const auto add = [&](const std::string& name) {
        columns += (columns.empty() ? "" : ", ") + dialect.quote(name);
    };
    for (const std::string& key : table.primary_key) {
        add(key);
    }
    const std::string keys = columns;
    for (const Found& time : times) {
        add(time.column->name);
    }
    return "SELECT " + columns + " FROM " + dialect.quote(table.name) +
           (keys.empty() ? "" : " ORDER BY " + keys);
}

/// `cells` begin with the key of the row.
void look_at(std::vector<Found>& times, const ValueView* cells, std::size_t keys) {
    for (std::size_t i = 0; i < times.size(); ++i) {
        const ValueView& cell = cells[keys + i];
        if (is_readable(cell) || ++times[i].count > most_named) {
            continue;
        }
        std::string& named = times[i].named;
        named += named.empty() ? "" : ", ";
        for (std::size_t key = 0; key < keys; ++key) {
            named += (key == 0 ? "" : "/") + shown(cells[key]);
        }
        named += " " + shown(cell);
    }
}

std::string sentence(const Table& table, const Found& time) {
    return std::to_string(time.count) + (time.count == 1 ? " value" : " values") + " of '" +
           table.name + "." + time.column->name +
           (time.count == 1 ? "' is no time and was kept: " : "' are no times and were kept: ") +
           time.named + (time.count > most_named ? ", ..." : "");
}

}  // namespace

std::vector<std::string> describe_unreadable_times(Connection& connection, const Dialect& dialect,
                                                   const Schema& schema) {
    std::vector<std::string> sentences;
    for (const Table& table : schema.tables) {
        std::vector<Found> times = times_of(table);
        if (times.empty()) {
            continue;
        }
        Cursor& cursor = connection.query(query_of(dialect, table, times), {});
        while (const ValueView* cells = cursor.next()) {
            look_at(times, cells, table.primary_key.size());
        }
        cursor.close();
        for (const Found& time : times) {
            if (time.count > 0) {
                sentences.push_back(sentence(table, time));
            }
        }
    }
    return sentences;
}

}  // namespace enginebay::migration
