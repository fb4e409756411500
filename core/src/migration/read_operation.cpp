// SPDX-License-Identifier: BSL-1.0
// The operations a revision file may use, each with its reader.
#include "migration/read_operation.hpp"

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

Operation read_create_index(const Node& node) {
    node.only("create_index", {"table", "index"});
    return CreateIndex{required_text(node, "table", "create_index"),
                       schema::read_index(node.require("index", "create_index"))};
}

Operation read_drop_index(const Node& node) {
    node.only("drop_index", {"table", "index"});
    return DropIndex{required_text(node, "table", "drop_index"),
                     required_text(node, "index", "drop_index")};
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

/// A list is for all backends; a mapping has one list per backend, and `skip`.
Operation read_execute(const Node& node) {
    Execute execute;
    if (!node.is_mapping()) {
        execute.all = node.texts("execute");
    } else {
        for (const auto& [key, value] : node.entries("execute")) {
            if (key.raw() == "skip") {
                execute.skip = value.texts("skip");
            } else {
                execute.by_backend.emplace(key.raw(), value.texts(key.raw()));
            }
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
    return execute;
}

struct OperationKind {
    std::string_view name;
    Operation (*read)(const Node& node);
};

/// In the order of the alternatives of Operation.
constexpr std::array<OperationKind, std::variant_size_v<Operation>> kinds{{
    {"create_table", read_create_table},
    {"drop_table", read_drop_table},
    {"add_column", read_add_column},
    {"create_index", read_create_index},
    {"drop_index", read_drop_index},
    {"create_search_index", read_create_search_index},
    {"drop_search_index", read_drop_search_index},
    {"execute", read_execute},
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
