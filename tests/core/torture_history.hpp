// SPDX-License-Identifier: BSL-1.0
// A history that uses every operation and every type, there and back, with a branch and a merge.
// Threads: pure but for the files it writes.
#pragma once

#include "support/temporary_folder.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace enginebay::testing {

/// One revision: operations there and back, each a YAML flow value; `head` are further lines.
struct TortureStep {
    std::vector<std::string> up;
    std::vector<std::string> down;
    std::string head{};
};

inline std::string alter(const std::string& table, const std::string& column,
                         const std::string& rest = {}) {
    return "alter_column: {table: " + table + ", column: {" + column + "}" + rest + "}";
}

inline std::string add_column(const std::string& table, const std::string& column) {
    return "add_column: {table: " + table + ", column: {" + column + "}}";
}

inline std::string drop_column(const std::string& table, const std::string& column) {
    return "drop_column: {table: " + table + ", column: " + column + "}";
}

inline const std::string torture_base =
    "  - create_table:\n"
    "      name: groups\n"
    "      columns: [{name: id, type: identity}, {name: name, type: text, nullable: false}]\n"
    "      primary_key: [id]\n"
    "      unique: [[name]]\n"
    "  - create_table:\n"
    "      name: items\n"
    "      columns:\n"
    "        - {name: id, type: identity}\n"
    "        - {name: group_id, type: integer}\n"
    "        - {name: title, type: text, nullable: false}\n"
    "        - {name: size, type: integer}\n"
    "        - {name: weight, type: real}\n"
    "        - {name: done, type: boolean, nullable: false, default: false}\n"
    "        - {name: at, type: timestamp, default: now}\n"
    "        - {name: data, type: json}\n"
    "        - {name: raw, type: blob}\n"
    "        - {name: tag, type: uuid}\n"
    "      primary_key: [id]\n"
    "      checks: [size >= 0]\n"
    "      foreign_keys:\n"
    "        - {columns: [group_id], references: {table: groups, columns: [id]}, on_delete: "
    "cascade}\n";

inline std::vector<TortureStep> torture_columns() {
    return {
        {{add_column("items", "name: note, type: text")}, {drop_column("items", "note")}},
        {{add_column("items", "name: kind, type: text, nullable: false, default: plain")},
         {drop_column("items", "kind")}},
        {{add_column("items", "name: seen, type: timestamp, nullable: false, default: now")},
         {drop_column("items", "seen")}},
        {{add_column("items", "name: extra_raw, type: blob"),
          add_column("items", "name: extra_tag, type: uuid"),
          add_column("items", "name: extra_data, type: json, default: '{}'")},
         {drop_column("items", "extra_data"), drop_column("items", "extra_tag"),
          drop_column("items", "extra_raw")}},
        {{add_column("items", "name: share, type: real, default: 0.25"),
          add_column("items", "name: open, type: boolean, nullable: false, default: true")},
         {drop_column("items", "open"), drop_column("items", "share")}},
        {{alter("items", "name: kind, type: text, nullable: true, default: other")},
         {alter("items", "name: kind, type: text, nullable: false, default: plain")}},
        {{alter("items", "name: tag, type: text")}, {alter("items", "name: tag, type: uuid")}},
        {{alter("items", "name: done, type: integer, nullable: false, default: 0")},
         {alter("items", "name: done, type: boolean, nullable: false, default: false")}},
        {{alter("items", "name: share, type: text",
                ", using: {sqlite: CAST(share AS TEXT), postgresql: 'share::text'}")},
         {alter("items", "name: share, type: real, default: 0.25")}},
        {{alter("items", "name: at, type: text")},
         {alter("items", "name: at, type: timestamp, default: now")}},
        {{alter("items", "name: extra_data, type: text, default: '[]'")},
         {alter("items", "name: extra_data, type: json, default: '{}'")}},
        {{"rename_column: {table: items, from: size, to: length}"},
         {"rename_column: {table: items, from: length, to: size}"}},
        {{alter("items", "name: length, type: real")},
         {alter("items", "name: length, type: integer",
                ", using: {sqlite: CAST(length AS INTEGER), postgresql: 'length::bigint'}")}},
        {{"drop_column: {table: items, column: note}"},
         {add_column("items", "name: note, type: text")}},
    };
}

inline std::vector<TortureStep> torture_constraints() {
    const std::string mentions =
        "create_table: {name: mentions, columns: [{name: item, type: integer, nullable: false}, "
        "{name: group_id, type: integer, nullable: false}, {name: by, type: text, default: "
        "nobody}], primary_key: [item, group_id], foreign_keys: [{name: mentions_item, columns: "
        "[item], references: {table: items, columns: [id]}, on_delete: cascade, on_update: "
        "cascade}]}";
    return {
        {{"create_index: {table: items, index: {name: by_title, columns: [{name: title, "
          "descending: true}, {expression: lower(title)}]}}"},
         {"drop_index: {table: items, index: by_title}"}},
        {{"create_index: {table: items, index: {name: by_tag, columns: [tag], unique: true, where: "
          "tag IS NOT NULL}}"},
         {"drop_index: {table: items, index: by_tag}"}},
        {{"add_check: {table: items, check: {name: titled, expression: title <> ''}}"},
         {"drop_check: {table: items, name: titled}"}},
        {{"add_unique: {table: items, unique: {name: once, columns: [id, title]}}"},
         {"drop_unique: {table: items, name: once}"}},
        {{"create_search_index: {table: items, index: {name: items_search, columns: [title, kind], "
          "key: id}}"},
         {"drop_search_index: {table: items, index: items_search}"}},
        {{"rename_column: {table: items, from: title, to: heading}"},
         {"rename_column: {table: items, from: heading, to: title}"}},
        {{mentions}, {"drop_table: {table: mentions}"}},
        {{"drop_foreign_key: {table: items, columns: [group_id]}"},
         {"add_foreign_key: {table: items, foreign_key: {columns: [group_id], references: {table: "
          "groups, columns: [id]}, on_delete: cascade}}"}},
        {{"add_foreign_key: {table: items, foreign_key: {name: in_group, columns: [group_id], "
          "references: {table: groups, columns: [id]}, on_delete: set_null}}"},
         {"drop_foreign_key: {table: items, name: in_group}"}},
        {{"rename_table: {from: items, to: things}"}, {"rename_table: {from: things, to: items}"}},
        {{"rename_column: {table: groups, from: id, to: number}"},
         {"rename_column: {table: groups, from: number, to: id}"}},
        {{"drop_unique: {table: groups, columns: [name]}"},
         {"add_unique: {table: groups, unique: [name]}"}},
        {{"drop_check: {table: things, expression: length >= 0}"},
         {"add_check: {table: things, check: length >= 0}"}},
        {{"drop_search_index: {table: things, index: items_search}"},
         {"create_search_index: {table: things, index: {name: items_search, columns: [heading, "
          "kind], key: id}}"}},
    };
}

inline std::vector<TortureStep> torture_rest() {
    return {
        {{"insert_rows: {table: groups, rows: [{name: 'it''s ?', number: 900001}, {name: late, "
          "number: 900002}]}"},
         {"delete_rows: {table: groups, where: {number: 900002}}",
          "delete_rows: {table: groups, where: {name: 'it''s ?'}}"}},
        {{"update_rows: {table: groups, set: {name: later}, where: {number: 900002}}"},
         {"update_rows: {table: groups, set: {name: late}, where: {number: 900002}}"}},
        {{"execute: [UPDATE groups SET name = 'latest' WHERE number = 900002, SELECT 1]"},
         {"execute: [UPDATE groups SET name = 'later' WHERE number = 900002]"}},
        {{"execute: {sqlite: [ANALYZE groups], skip: [postgresql]}"},
         {"execute: {postgresql: [ANALYZE groups], skip: [sqlite]}"}},
        {{"execute: {all: [ALTER TABLE things RENAME COLUMN weight TO mass], effect: "
          "[{rename_column: {table: things, from: weight, to: mass}}]}"},
         {"rename_column: {table: things, from: mass, to: weight}"}},
        {{"call: torture"}, {"call: torture"}},
        {{"execute: [SELECT 1]"}, {"execute: [SELECT 1]"}, "backends: [sqlite]\n"},
        {{"execute: [SELECT 1]"}, {"execute: [SELECT 1]"}, "backends: [postgresql]\n"},
        {{"create_index: {table: things, index: {name: by_mass, columns: [mass]}, concurrently: "
          "true}",
          "add_check: {table: things, check: {name: heavy, expression: mass <> -1}}",
          "create_index: {table: things, index: {name: by_kind, columns: [kind]}, concurrently: "
          "true}"},
         {"drop_index: {table: things, index: by_kind, concurrently: true}",
          "drop_check: {table: things, name: heavy}",
          "drop_index: {table: things, index: by_mass, concurrently: true}"},
         "transactional: false\n"},
        {{"drop_index: {table: things, index: by_title}"},
         {"create_index: {table: things, index: {name: by_title, columns: [{name: heading, "
          "descending: true}, {expression: lower(heading)}]}}"}},
        {{"create_table: {name: passing, columns: [{name: k, type: uuid, nullable: false}, {name: "
          "v, type: real, default: 1.5}], primary_key: [k]}"},
         {"drop_table: {table: passing}"}},
        {{"drop_table: {table: passing}"},
         {"create_table: {name: passing, columns: [{name: k, type: uuid, nullable: false}, {name: "
          "v, type: real, default: 1.5}], primary_key: [k]}"}},
    };
}

/// Writes schema.yaml and versions/ into the folder; gives the ids in order.
inline std::vector<std::string> write_torture(const std::filesystem::path& folder) {
    std::vector<std::string> ids;
    const auto write = [&](const std::string parents, const TortureStep& step,
                           const std::string& operations = {}) {
        const std::string number = std::to_string(ids.size() + 1);
        ids.push_back("t" + std::string(4 - number.size(), '0') + number);
        std::string text = "revision: " + ids.back() + "\nparents: [" + parents +
                           "]\nmessage: torture\n" + step.head + "upgrade:\n" + operations;
        for (const std::string& operation : step.up) {
            text += "  - " + operation + "\n";
        }
        if (!operations.empty() || !step.up.empty()) {
            text += "downgrade:\n";
        } else {
            text.replace(text.rfind("upgrade:\n"), std::string::npos, "upgrade: []\n");
        }
        for (const std::string& operation : step.down) {
            text += "  - " + operation + "\n";
        }
        write_file(folder / "versions" / (ids.back() + ".yaml"), text);
    };
    write("", {{}, {"drop_table: {table: items}", "drop_table: {table: groups}"}}, torture_base);
    for (const auto& part : {torture_columns(), torture_constraints(), torture_rest()}) {
        for (const TortureStep& step : part) {
            write(ids.back(), step);
        }
    }
    const std::string fork = ids.back();
    write(fork, {{add_column("things", "name: left_side, type: text")},
                 {drop_column("things", "left_side")}});
    write(fork, {{add_column("groups", "name: right_side, type: text")},
                 {drop_column("groups", "right_side")}});
    write(ids[ids.size() - 2] + ", " + ids.back(), {{}, {}});
    write(ids.back(),
          {{add_column("things", "name: last, type: text")}, {drop_column("things", "last")}});
    write_file(folder / "schema.yaml",
               "tables:\n  t:\n    columns: [{name: a, type: text}]\n");  // not looked at
    return ids;
}

}  // namespace enginebay::testing
