// SPDX-License-Identifier: BSL-1.0
// Search indexes: an FTS5 table over the columns of another, and three triggers.
#include "dialect.hpp"
#include "render.hpp"
#include "render_parts.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

namespace enginebay::sqlite {

std::vector<std::string> search_triggers(const SearchIndex& index) {
    if (index.triggers.empty()) {
        return {index.name + "_ai", index.name + "_ad", index.name + "_au"};
    }
    if (index.triggers.size() != 3) {
        throw Error{Errc::input,
                    fmt::format("search index {}: three triggers (after insert, delete, update) "
                                "are needed, {} are named",
                                index.name, index.triggers.size())};
    }
    return index.triggers;
}

std::vector<std::string> render_search_index(const std::string& table, const SearchIndex& index) {
    if (index.key.empty() || index.columns.empty()) {
        throw Error{Errc::input,
                    fmt::format("search index {}: it needs columns and the table's identity column",
                                index.name)};
    }
    std::string columns;
    std::string fresh;
    std::string stale;
    for (const std::string& column : index.columns) {
        const std::string name = render_name(column);
        columns += (columns.empty() ? "" : ", ") + name;
        fresh += ", new." + name;
        stale += ", old." + name;
    }
    const std::string search = render_name(index.name);
    const std::string key = render_name(index.key);
    const std::string add = fmt::format(
        "    INSERT INTO {0}(rowid, {1})\n    VALUES (new.{2}{3});\n", search, columns, key, fresh);
    // FTS5 keeps no copy of the text: what is taken out must be told to it as it was.
    const std::string remove =
        fmt::format("    INSERT INTO {0}({0}, rowid, {1})\n    VALUES ('delete', old.{2}{3});\n",
                    search, columns, key, stale);
    const auto trigger = [&](const std::string& name, const char* event, const std::string& body) {
        return fmt::format("CREATE TRIGGER {} AFTER {} ON {} BEGIN\n{}END", render_name(name),
                           event, render_name(table), body);
    };
    const std::vector<std::string> triggers = search_triggers(index);
    return {fmt::format("CREATE VIRTUAL TABLE {} USING fts5(\n    {},\n    content={},\n"
                        "    content_rowid={}\n)",
                        search, columns, quote_literal(table), quote_literal(index.key)),
            trigger(triggers[0], "INSERT", add), trigger(triggers[1], "DELETE", remove),
            trigger(triggers[2], "UPDATE", remove + add),
            fmt::format("INSERT INTO {0}({0}) VALUES ('rebuild')", search)};
}

std::vector<std::string> render_drop_search_index(const SearchIndex& index) {
    std::vector<std::string> statements;
    for (const std::string& trigger : search_triggers(index)) {
        statements.push_back(fmt::format("DROP TRIGGER {}", render_name(trigger)));
    }
    statements.push_back(fmt::format("DROP TABLE {}", render_name(index.name)));
    return statements;
}

}  // namespace enginebay::sqlite
