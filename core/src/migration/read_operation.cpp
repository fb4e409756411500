// SPDX-License-Identifier: BSL-1.0
// The operations a revision file may use, each with its reader.
#include "migration/read_operation.hpp"

#include "migration/read_rows.hpp"
#include "migration/replay.hpp"
#include "schema/read_schema.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace enginebay::migration {
namespace {

using yaml::Node;

std::string required_text(const Node& node, std::string_view key, std::string_view what) {
    const Node value = node.require(key, what);
    std::string text = value.text(key);
    if (text.empty()) {
        value.fail(std::string{key} + " must not be empty");
    }
    return text;
}

Operation read_create_table(const Node& node) { return CreateTable{schema::read_table(node)}; }

Operation read_drop_table(const Node& node) {
    node.only("drop_table", {"table"});
    return DropTable{required_text(node, "table", "drop_table")};
}

Operation read_add_column(const Node& node) {
    node.only("add_column", {"table", "column"});
    return AddColumn{required_text(node, "table", "add_column"),
                     schema::read_column(node.require("column", "add_column"))};
}

Operation read_rename_table(const Node& node) {
    node.only("rename_table", {"from", "to"});
    return RenameTable{required_text(node, "from", "rename_table"),
                       required_text(node, "to", "rename_table")};
}

Operation read_drop_column(const Node& node) {
    node.only("drop_column", {"table", "column"});
    return DropColumn{required_text(node, "table", "drop_column"),
                      required_text(node, "column", "drop_column")};
}

Operation read_rename_column(const Node& node) {
    node.only("rename_column", {"table", "from", "to"});
    return RenameColumn{required_text(node, "table", "rename_column"),
                        required_text(node, "from", "rename_column"),
                        required_text(node, "to", "rename_column")};
}

Operation read_alter_column(const Node& node) {
    node.only("alter_column", {"table", "column", "using"});
    AlterColumn alter{required_text(node, "table", "alter_column"),
                      schema::read_column(node.require("column", "alter_column")),
                      {}};
    if (const std::optional<Node> expressions = node.find("using")) {
        for (const auto& [backend, expression] : expressions->entries("using")) {
            alter.using_.emplace(backend.raw(), expression.text("using"));
        }
    }
    return alter;
}

Operation read_add_unique(const Node& node) {
    node.only("add_unique", {"table", "unique"});
    return AddUnique{required_text(node, "table", "add_unique"),
                     schema::read_unique(node.require("unique", "add_unique"))};
}

/// A constraint is named, or told by its columns where it has no name.
template <class Drop>
Drop read_drop_constraint(const Node& node, std::string_view what) {
    node.only(what, {"table", "name", "columns"});
    Drop drop{required_text(node, "table", what), {}, {}};
    const std::optional<Node> columns = node.find("columns");
    if (node.find("name").has_value() == columns.has_value()) {
        node.fail(std::string{what} +
                  " needs the constraint's name or, where it has none, columns");
    }
    if (columns) {
        drop.columns = columns->texts("columns");
    } else {
        drop.name = required_text(node, "name", what);
    }
    return drop;
}

Operation read_drop_unique(const Node& node) {
    return read_drop_constraint<DropUnique>(node, "drop_unique");
}

Operation read_add_check(const Node& node) {
    node.only("add_check", {"table", "check"});
    return AddCheck{required_text(node, "table", "add_check"),
                    schema::read_check(node.require("check", "add_check"))};
}

Operation read_drop_check(const Node& node) {
    node.only("drop_check", {"table", "name", "expression"});
    if (node.find("name").has_value() == node.find("expression").has_value()) {
        node.fail("drop_check needs the check's name or, where it has none, expression");
    }
    const std::string table = required_text(node, "table", "drop_check");
    if (node.find("name")) {
        return DropCheck{table, required_text(node, "name", "drop_check")};
    }
    return DropCheck{table, {}, required_text(node, "expression", "drop_check")};
}

Operation read_add_foreign_key(const Node& node) {
    node.only("add_foreign_key", {"table", "foreign_key"});
    return AddForeignKey{required_text(node, "table", "add_foreign_key"),
                         schema::read_foreign_key(node.require("foreign_key", "add_foreign_key"))};
}

Operation read_drop_foreign_key(const Node& node) {
    return read_drop_constraint<DropForeignKey>(node, "drop_foreign_key");
}

bool read_concurrently(const Node& node) {
    const std::optional<Node> flag = node.find("concurrently");
    return flag && flag->boolean("concurrently");
}

Operation read_create_index(const Node& node) {
    node.only("create_index", {"table", "index", "concurrently"});
    return CreateIndex{required_text(node, "table", "create_index"),
                       schema::read_index(node.require("index", "create_index")),
                       read_concurrently(node)};
}

Operation read_drop_index(const Node& node) {
    node.only("drop_index", {"table", "index", "concurrently"});
    return DropIndex{required_text(node, "table", "drop_index"),
                     required_text(node, "index", "drop_index"), read_concurrently(node)};
}

Operation read_create_search_index(const Node& node) {
    node.only("create_search_index", {"table", "index"});
    return CreateSearchIndex{
        required_text(node, "table", "create_search_index"),
        schema::read_search_index(node.require("index", "create_search_index"))};
}

Operation read_drop_search_index(const Node& node) {
    node.only("drop_search_index", {"table", "index"});
    return DropSearchIndex{required_text(node, "table", "drop_search_index"),
                           required_text(node, "index", "drop_search_index")};
}

Effect read_effect(const Node& node) {
    const Operation operation = read_operation(node);
    std::optional<Effect> effect = as_effect(operation);
    if (!effect) {
        node.fail(std::string{operation_name(operation)} +
                  " changes no structure and cannot be an effect");
    }
    return *std::move(effect);
}

/// One entry of the mapping form: `skip`, `effect`, `all`, or a backend's statements.
void read_execute_entry(Execute& execute, const std::string& key, const Node& value) {
    if (key == "skip") {
        execute.skip = value.texts(key);
    } else if (key == "all") {
        execute.all = value.texts(key);
    } else if (key == "effect") {
        for (const Node& item : value.items(key)) {
            execute.effect.push_back(read_effect(item));
        }
    } else {
        execute.by_backend.emplace(key, value.texts(key));
    }
}

/// A list is for all backends; a mapping has one list per backend or `all`, `skip`, `effect`.
Operation read_execute(const Node& node) {
    Execute execute;
    if (!node.is_mapping()) {
        execute.all = node.texts("execute");
    } else {
        for (const auto& [key, value] : node.entries("execute")) {
            read_execute_entry(execute, key.raw(), value);
        }
        for (const std::string& backend : execute.skip) {
            if (execute.by_backend.contains(backend)) {
                node.fail("the backend '" + backend + "' has statements and stands under skip");
            }
        }
    }
    if (execute.all.empty() && execute.by_backend.empty()) {
        node.fail("execute needs at least one statement");
    }
    if (!execute.all.empty() && !execute.by_backend.empty()) {
        node.fail("execute has statements for all backends, or lists for some; not both");
    }
    return execute;
}

/// `call: name`, or `call: {step: name}`.
Operation read_call(const Node& node) {
    if (node.is_mapping()) {
        node.only("call", {"step"});
        return Call{required_text(node, "step", "call")};
    }
    std::string step = node.text("call");
    if (step.empty()) {
        node.fail("call needs the name of a step");
    }
    return Call{std::move(step)};
}

struct OperationKind {
    std::string_view name;
    Operation (*read)(const Node& node);
};

/// In the order of the alternatives of Operation.
constexpr std::array<OperationKind, std::variant_size_v<Operation>> kinds{{
    {"create_table", read_create_table},
    {"drop_table", read_drop_table},
    {"rename_table", read_rename_table},
    {"add_column", read_add_column},
    {"drop_column", read_drop_column},
    {"rename_column", read_rename_column},
    {"alter_column", read_alter_column},
    {"add_unique", read_add_unique},
    {"drop_unique", read_drop_unique},
    {"add_check", read_add_check},
    {"drop_check", read_drop_check},
    {"add_foreign_key", read_add_foreign_key},
    {"drop_foreign_key", read_drop_foreign_key},
    {"create_index", read_create_index},
    {"drop_index", read_drop_index},
    {"create_search_index", read_create_search_index},
    {"drop_search_index", read_drop_search_index},
    {"insert_rows", read_insert_rows},
    {"update_rows", read_update_rows},
    {"delete_rows", read_delete_rows},
    {"execute", read_execute},
    {"call", read_call},
}};

constexpr auto kind_names = [] {
    std::array<std::string_view, kinds.size()> names{};
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        names.at(i) = kinds.at(i).name;
    }
    return names;
}();

}  // namespace

Operation read_operation(const Node& node) {
    const auto entries = node.entries("an operation");
    if (entries.size() != 1) {
        node.fail("an operation is one key, its name, with its arguments under it; here are " +
                  std::to_string(entries.size()) + " keys");
    }
    const auto& [name, arguments] = entries.front();
    const auto kind = std::ranges::find(kinds, name.raw(), &OperationKind::name);
    if (kind == kinds.end()) {
        name.fail("unknown operation '" + name.raw() + "'" +
                  yaml::did_you_mean(name.raw(), kind_names));
    }
    return kind->read(arguments);
}

std::string_view operation_name(const Operation& operation) {
    return kinds.at(operation.index()).name;
}

}  // namespace enginebay::migration
