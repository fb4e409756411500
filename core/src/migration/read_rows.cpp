// SPDX-License-Identifier: BSL-1.0
// Values as the file writes them; whether they fit their columns is known when the schema is.
#include "migration/read_rows.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace enginebay::migration {
namespace {

using yaml::Node;

std::string read_table(const Node& node, std::string_view what) {
    const Node table = node.require("table", what);
    std::string name = table.text("table");
    if (name.empty()) {
        table.fail("table must not be empty");
    }
    return name;
}

int digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char small = static_cast<char>(c | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

Blob read_hexadecimal(const Node& node) {
    const std::string& text = node.raw();
    Blob bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = digit(text[i]);
        const int low = i + 1 < text.size() ? digit(text[i + 1]) : -1;
        if (high < 0 || low < 0) {
            node.fail("hex takes two hexadecimal digits for each byte");
        }
        bytes.push_back(static_cast<std::byte>(high * 16 + low));
    }
    return bytes;
}

template <class Number>
std::optional<Number> whole(const std::string& text) {
    Number number{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

/// A plain word is what it looks like; quotes make it a text.
Value read_scalar(const Node& node) {
    if (node.is_quoted()) {
        return node.raw();
    }
    const std::string& text = node.raw();
    if (text == "true" || text == "false") {
        return text == "true";
    }
    if (const auto number = whole<std::int64_t>(text)) {
        return *number;
    }
    if (const auto number = whole<double>(text); number && std::isfinite(*number)) {
        return *number;
    }
    return text;
}

Value read_value(const Node& node) {
    if (node.is_null()) {
        return std::monostate{};
    }
    if (node.is_mapping()) {
        node.only("a value", {"hex"});
        return read_hexadecimal(node.require("hex", "a value"));
    }
    if (!node.is_scalar()) {
        node.fail("a value is a text, a number, true, false, null, or {hex: bytes}");
    }
    return read_scalar(node);
}

RowValues read_values(const Node& node, std::string_view what) {
    RowValues values;
    for (const auto& [column, value] : node.entries(what)) {
        values.emplace(column.raw(), read_value(value));
    }
    return values;
}

RowValues read_some(const Node& node, std::string_view what) {
    RowValues values = read_values(node, what);
    if (values.empty()) {
        node.fail(std::string{what} + " needs at least one column");
    }
    return values;
}

/// Every row is meant only where that is said: `where: {}`.
RowValues read_where(const Node& node, std::string_view what) {
    return read_values(node.require("where", what), "where");
}

}  // namespace

Operation read_insert_rows(const Node& node) {
    node.only("insert_rows", {"table", "rows"});
    InsertRows insert{read_table(node, "insert_rows"), {}};
    const Node rows = node.require("rows", "insert_rows");
    for (const Node& row : rows.items("rows")) {
        insert.rows.push_back(read_some(row, "a row"));
    }
    if (insert.rows.empty()) {
        rows.fail("insert_rows needs at least one row");
    }
    return insert;
}

Operation read_update_rows(const Node& node) {
    node.only("update_rows", {"table", "set", "where"});
    return UpdateRows{read_table(node, "update_rows"),
                      read_some(node.require("set", "update_rows"), "set"),
                      read_where(node, "update_rows")};
}

Operation read_delete_rows(const Node& node) {
    node.only("delete_rows", {"table", "where"});
    return DeleteRows{read_table(node, "delete_rows"), read_where(node, "delete_rows")};
}

}  // namespace enginebay::migration
