// SPDX-License-Identifier: BSL-1.0
// Tables and what they consist of, from YAML.
#include "schema/read_schema.hpp"

#include "schema/check_table.hpp"
#include "schema/names.hpp"
#include "schema/read_default.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace enginebay::schema {
namespace {

using yaml::Node;

/// Where a word stands in a list of names, or the node's error naming the one that was meant.
std::size_t index_of(const Node& node, std::string_view what,
                     std::span<const std::string_view> names) {
    const std::string word = node.text(what);
    const auto found = std::ranges::find(names, word);
    if (found != names.end()) {
        return static_cast<std::size_t>(found - names.begin());
    }
    std::string known;
    for (const std::string_view name : names) {
        known += known.empty() ? "" : ", ";
        known += name;
    }
    node.fail("unknown " + std::string{what} + " '" + word + "'" + yaml::did_you_mean(word, names) +
              "; there are " + known);
}

std::string read_name(const Node& node, std::string_view what) {
    std::string name = node.text(what);
    if (name.empty()) {
        node.fail(std::string{what} + " must not be empty");
    }
    return name;
}

/// The name of something that is made, as every backend can keep it.
std::string new_name(const Node& node, std::string_view what) {
    std::string name = read_name(node, what);
    if (const std::string fault = check_name(name); !fault.empty()) {
        node.fail(fault);
    }
    return name;
}

std::string required_name(const Node& node, std::string_view what) {
    return new_name(node.require("name", what), std::string{what} + " name");
}

std::string optional_text(const Node& node, std::string_view key) {
    const std::optional<Node> value = node.find(key);
    return value ? read_name(*value, key) : std::string{};
}

bool optional_boolean(const Node& node, std::string_view key, bool otherwise) {
    const std::optional<Node> value = node.find(key);
    return value ? value->boolean(key) : otherwise;
}

std::vector<std::string> required_names(const Node& node, std::string_view key,
                                        std::string_view what) {
    const Node value = node.require(key, what);
    std::vector<std::string> names = value.texts(key);
    if (names.empty() || std::ranges::find(names, "") != names.end()) {
        value.fail(std::string{key} + " must name at least one column, and no empty one");
    }
    return names;
}

/// Every element of the list under `key`, read by `read`; empty where the key is absent.
template <class Read>
auto read_list(const Node& node, std::string_view key, Read read) {
    std::vector<decltype(read(node))> result;
    if (const std::optional<Node> list = node.find(key)) {
        for (const Node& item : list->items(key)) {
            result.push_back(read(item));
        }
    }
    return result;
}

IndexColumn read_index_column(const Node& node) {
    if (node.is_scalar()) {
        return {read_name(node, "an index column"), {}, false};
    }
    node.only("an index column", {"name", "expression", "descending"});
    IndexColumn column{optional_text(node, "name"), optional_text(node, "expression"),
                       optional_boolean(node, "descending", false)};
    if (column.name.empty() == column.expression.empty()) {
        node.fail("an index column has either a name or an expression");
    }
    return column;
}

ReferentialAction read_action(const Node& node, std::string_view key) {
    const std::optional<Node> value = node.find(key);
    return value ? static_cast<ReferentialAction>(index_of(*value, key, referential_action_names))
                 : ReferentialAction::no_action;
}

}  // namespace

Column read_column(const Node& node) {
    node.only("a column", {"name", "type", "nullable", "default", "native", "renamed_from"});
    Column column;
    column.name = required_name(node, "a column");
    const Node type = node.require("type", "the column '" + column.name + "'");
    column.type = static_cast<ColumnType>(index_of(type, "column type", column_type_names));
    column.nullable = optional_boolean(node, "nullable", column.type != ColumnType::identity);
    if (const std::optional<Node> value = node.find("default")) {
        column.fallback = read_default(*value, column.type);
    }
    if (const std::optional<Node> native = node.find("native")) {
        for (const auto& [backend, text] : native->entries("native")) {
            column.native.emplace(backend.raw(), read_name(text, "a native type"));
        }
    }
    column.renamed_from = optional_text(node, "renamed_from");
    return column;
}

Index read_index(const Node& node) {
    node.only("an index", {"name", "columns", "unique", "where"});
    Index index;
    index.name = required_name(node, "an index");
    const Node columns = node.require("columns", "the index '" + index.name + "'");
    for (const Node& item : columns.items("columns")) {
        index.columns.push_back(read_index_column(item));
    }
    if (index.columns.empty()) {
        columns.fail("an index needs at least one column");
    }
    index.unique = optional_boolean(node, "unique", false);
    index.where = optional_text(node, "where");
    return index;
}

SearchIndex read_search_index(const Node& node) {
    node.only("a search index", {"name", "columns", "key", "triggers"});
    SearchIndex index;
    index.name = required_name(node, "a search index");
    index.columns = required_names(node, "columns", "a search index");
    index.key = read_name(node.require("key", "a search index"), "key");
    if (const std::optional<Node> triggers = node.find("triggers")) {
        index.triggers = triggers->texts("triggers");
        if (index.triggers.size() != 3) {
            triggers->fail("triggers names three: after insert, after delete, after update");
        }
    }
    return index;
}

UniqueConstraint read_unique(const Node& node) {
    if (node.is_sequence()) {
        return {{}, node.texts("a unique constraint")};
    }
    node.only("a unique constraint", {"name", "columns"});
    return {optional_text(node, "name"), required_names(node, "columns", "a unique constraint")};
}

CheckConstraint read_check(const Node& node) {
    if (node.is_scalar()) {
        return {{}, read_name(node, "a check")};
    }
    node.only("a check", {"name", "expression"});
    return {optional_text(node, "name"),
            read_name(node.require("expression", "a check"), "expression")};
}

ForeignKey read_foreign_key(const Node& node) {
    node.only("a foreign key", {"name", "columns", "references", "on_delete", "on_update"});
    ForeignKey key;
    key.name = optional_text(node, "name");
    key.columns = required_names(node, "columns", "a foreign key");
    const Node target = node.require("references", "a foreign key");
    target.only("references", {"table", "columns"});
    key.table = read_name(target.require("table", "references"), "table");
    key.referenced = required_names(target, "columns", "references");
    if (key.referenced.size() != key.columns.size()) {
        target.fail("a foreign key refers to as many columns as it has");
    }
    key.on_delete = read_action(node, "on_delete");
    key.on_update = read_action(node, "on_update");
    return key;
}

Table read_table(const Node& node, std::string name) {
    node.only("a table", {"name", "columns", "primary_key", "unique", "checks", "foreign_keys",
                          "indexes", "search_indexes", "renamed_from"});
    Table table;
    table.name = std::move(name);
    if (table.name.empty()) {
        table.name = required_name(node, "a table");
    } else if (const std::optional<Node> again = node.find("name")) {
        again->fail("the table has its name already: '" + table.name + "'");
    }
    const Node columns = node.require("columns", "the table '" + table.name + "'");
    for (const Node& column : columns.items("columns")) {
        table.columns.push_back(read_column(column));
    }
    if (const std::optional<Node> key = node.find("primary_key")) {
        table.primary_key = key->texts("primary_key");
    }
    table.uniques = read_list(node, "unique", read_unique);
    table.checks = read_list(node, "checks", read_check);
    table.foreign_keys = read_list(node, "foreign_keys", read_foreign_key);
    table.indexes = read_list(node, "indexes", read_index);
    table.search_indexes = read_list(node, "search_indexes", read_search_index);
    table.renamed_from = optional_text(node, "renamed_from");
    if (const std::string fault = check_table(table); !fault.empty()) {
        node.fail(fault);
    }
    return table;
}

Schema read_schema(const Node& root) {
    root.only("the schema", {"tables", "unmanaged"});
    Schema schema;
    for (const auto& [name, table] : root.require("tables", "the schema").entries("tables")) {
        schema.tables.push_back(read_table(table, new_name(name, "a table name")));
    }
    if (const std::optional<Node> patterns = root.find("unmanaged")) {
        schema.unmanaged = patterns->texts("unmanaged");
    }
    if (const std::string fault = check_schema(schema); !fault.empty()) {
        root.fail(fault);
    }
    return schema;
}

Schema load_schema(const std::filesystem::path& file) {
    return read_schema(yaml::load(file, Errc::input));
}

}  // namespace enginebay::schema
