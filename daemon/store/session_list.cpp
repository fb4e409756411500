// SPDX-License-Identifier: BSL-1.0
// Sessions: finding and listing them.
#include "store/json_text.hpp"
#include "store/rows.hpp"
#include "store/session_columns.hpp"
#include "store/sessions.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace teleclaude {
namespace {

using enginebay::Session;
using enginebay::Value;

// Rows of older programs: no status is 'active', no title is "", an empty tmux name is none.
constexpr std::string_view status = "coalesce(nullif(lifecycle_status, ''), 'active')";

void complete(SessionRow& row) {
    if (row.lifecycle_status.empty()) {
        row.lifecycle_status = "active";
    }
    if (row.transcript_files.empty()) {
        row.transcript_files = "[]";
    }
    if (row.tmux_session_name && row.tmux_session_name->empty()) {
        row.tmux_session_name.reset();
    }
}

void add_status(Statement& where, const SessionFilter& filter) {
    if (filter.include_initializing) {
        if (!filter.include_headless) {
            where.add(fmt::format(" AND {} <> 'headless'", status));
        }
    } else if (filter.include_headless) {
        where.add(fmt::format(" AND {} IN ('active', 'headless')", status));
    } else {
        where.add(fmt::format(" AND {} = 'active'", status));
    }
}

std::string text_of_number(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*number);
    }
    if (const auto* truth = std::get_if<bool>(&value)) {
        return *truth ? "1" : "0";
    }
    return {};
}

// As the old query compared: text with text; a number with a number, a truth value, or its text.
bool matches(const Poco::Dynamic::Var& found, const Value& wanted) {
    if (const auto* text = std::get_if<std::string>(&wanted)) {
        return found.isString() && found.toString() == *text;
    }
    const std::string number = text_of_number(wanted);
    if (number.empty() || found.isEmpty()) {
        return false;
    }
    if (found.isBoolean()) {
        return number == (found.extract<bool>() ? "1" : "0");
    }
    return (found.isNumeric() || found.isString()) && found.toString() == number;
}

bool holds(const SessionRow& row, const std::string& adapter, const std::string& key,
           const Value& value) {
    const auto metadata = parse_json_object(row.adapter_metadata.value_or(""));
    const auto part = metadata ? metadata->get(adapter) : Poco::Dynamic::Var{};
    if (part.type() != typeid(Poco::JSON::Object::Ptr)) {
        return false;
    }
    return matches(part.extract<Poco::JSON::Object::Ptr>()->get(key), value);
}

Statement select_where(std::string_view conditions) {
    return Statement{"SELECT " + columns_of<SessionRow>() + " FROM sessions WHERE " +
                     std::string{conditions}};
}

std::string ascii_lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return text;
}

}  // namespace

std::vector<SessionRow> Sessions::select(const Statement& conditions) {
    return store_.read([&](Session& session) {
        std::vector<SessionRow> rows = read_all<SessionRow>(session, conditions);
        for (SessionRow& row : rows) {
            complete(row);
        }
        return rows;
    });
}

std::optional<SessionRow> Sessions::get(const std::string& session_id) {
    std::vector<SessionRow> rows = select(select_where("").add("session_id = ?", session_id));
    return rows.empty() ? std::nullopt : std::optional{std::move(rows.front())};
}

std::optional<SessionRow> Sessions::get_by_field(std::string_view field, const Value& value,
                                                 bool include_initializing) {
    const SessionColumn& column = session_column(field);
    const enginebay::Dialect& dialect = store_.database().engine().dialect();
    Statement statement = select_where("closed_at IS NULL");
    statement.add(fmt::format(" AND {} = ?", dialect.quote(column.name)), value);
    if (!include_initializing) {
        statement.add(fmt::format(" AND {} = 'active'", status));
    }
    statement.add(fmt::format(" ORDER BY {} DESC NULLS LAST, session_id LIMIT 1",
                              dialect.instant("last_activity")));
    std::vector<SessionRow> rows = select(statement);
    return rows.empty() ? std::nullopt : std::optional{std::move(rows.front())};
}

std::vector<SessionRow> Sessions::list(const SessionFilter& filter) {
    Statement statement = select_where("1 = 1");
    if (!filter.include_closed) {
        statement.add(" AND closed_at IS NULL");
    }
    add_status(statement, filter);
    if (!filter.computer_name.empty()) {
        statement.add(" AND computer_name = ?", filter.computer_name);
    }
    if (!filter.last_input_origin.empty()) {
        statement.add(" AND last_input_origin = ?", filter.last_input_origin);
    }
    const enginebay::Dialect& dialect = store_.database().engine().dialect();
    statement.add(
        fmt::format(" ORDER BY {} DESC NULLS LAST, session_id", dialect.instant("last_activity")));
    if (filter.limit) {
        statement.add(" LIMIT ?", *filter.limit);
    }
    return select(statement);
}

std::vector<SessionRow> Sessions::all() {
    SessionFilter everything;
    everything.include_closed = true;
    everything.include_initializing = true;
    everything.include_headless = true;
    return list(everything);
}

std::vector<SessionRow> Sessions::active() { return list({}); }

std::vector<SessionRow> Sessions::by_metadata(const std::string& adapter, const std::string& key,
                                              const Value& value, bool include_closed) {
    // JSON is read here: a JSON function of the backend fails for all rows where one is malformed.
    SessionFilter filter;
    filter.include_closed = include_closed;
    filter.include_initializing = true;
    filter.include_headless = true;
    std::vector<SessionRow> rows = list(filter);
    std::erase_if(rows, [&](const SessionRow& row) { return !holds(row, adapter, key, value); });
    return rows;
}

std::vector<SessionRow> Sessions::by_title(const std::string& beginning, bool include_closed) {
    const enginebay::Dialect& dialect = store_.database().engine().dialect();
    const auto characters = std::count_if(beginning.begin(), beginning.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
    // No LIKE: nothing in a title is a wildcard.
    Statement statement = select_where(fmt::format("{} <> 'headless'", status));
    statement.add(" AND substr(lower(title), 1, ?) = ?", characters, ascii_lower(beginning));
    if (!include_closed) {
        statement.add(" AND closed_at IS NULL");
    }
    statement.add(
        fmt::format(" ORDER BY {} DESC NULLS LAST, session_id", dialect.instant("created_at")));
    return select(statement);
}

std::int64_t Sessions::count(const std::string& computer_name) {
    Statement statement{"SELECT count(*) FROM sessions"};
    if (!computer_name.empty()) {
        statement.add(" WHERE computer_name = ?", computer_name);
    }
    return store_.read(
        [&](Session& session) { return read_number(session, statement).value_or(0); });
}

}  // namespace teleclaude
