// SPDX-License-Identifier: BSL-1.0
// Node: typed reading with messages; loading of files.
#include "yaml/document.hpp"

#include "yaml/read_file.hpp"
#include "yaml/tree.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace enginebay::yaml {

std::string position(const std::string& file, std::uint32_t line, std::uint32_t column) {
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

void fail_at(const Tree& tree, std::uint32_t line, std::uint32_t column,
             const std::string& message) {
    std::string where = position(tree.file, line, column);
    Error error{tree.errc, where + ": " + message};
    error.where(std::move(where));
    throw error;
}

Node::Node(std::shared_ptr<const Tree> tree, const NodeData* data)
    : tree_{std::move(tree)}, data_{data} {}

NodeKind Node::kind() const noexcept { return data_->kind; }

bool Node::is_quoted() const noexcept { return data_->quoted; }

std::uint32_t Node::line() const noexcept { return data_->line; }

std::string Node::where() const { return position(tree_->file, data_->line, data_->column); }

void Node::fail(const std::string& message) const {
    fail_at(*tree_, data_->line, data_->column, message);
}

const std::string& Node::raw() const noexcept { return data_->scalar; }

void Node::wrong_type(std::string_view what, std::string_view wanted) const {
    std::string found;
    switch (data_->kind) {
        case NodeKind::null:
            found = "nothing";
            break;
        case NodeKind::scalar:
            found = "'" + data_->scalar + "'";
            break;
        case NodeKind::sequence:
            found = "a list";
            break;
        case NodeKind::mapping:
            found = "a mapping";
            break;
    }
    fail(std::string{what} + " must be " + std::string{wanted} + ", not " + found);
}

std::string Node::text(std::string_view what) const {
    if (!is_scalar()) {
        wrong_type(what, "a text");
    }
    return data_->scalar;
}

std::int64_t Node::integer(std::string_view what) const {
    if (!is_scalar() || data_->quoted) {
        wrong_type(what, "a whole number");
    }
    std::int64_t value = 0;
    const char* begin = data_->scalar.data();
    const char* end = begin + data_->scalar.size();
    const auto [stop, error] = std::from_chars(begin, end, value, 10);
    if (error == std::errc::result_out_of_range) {
        wrong_type(what, "a number of 64 bits");
    }
    if (error != std::errc{} || stop != end) {
        wrong_type(what, "a whole number");
    }
    return value;
}

bool Node::boolean(std::string_view what) const {
    if (is_scalar() && !data_->quoted && (data_->scalar == "true" || data_->scalar == "false")) {
        return data_->scalar == "true";
    }
    wrong_type(what, "true or false");
}

double Node::real(std::string_view what) const {
    if (!is_scalar() || data_->quoted) {
        wrong_type(what, "a number");
    }
    double value = 0;
    const char* begin = data_->scalar.data();
    const char* end = begin + data_->scalar.size();
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc{} || stop != end || !std::isfinite(value)) {
        wrong_type(what, "a number");
    }
    return value;
}

std::vector<Node> Node::items(std::string_view what) const {
    if (!is_sequence()) {
        wrong_type(what, "a list");
    }
    std::vector<Node> result;
    result.reserve(data_->children.size());
    for (const NodeData& child : data_->children) {
        result.emplace_back(tree_, &child);
    }
    return result;
}

std::vector<std::string> Node::texts(std::string_view what) const {
    if (is_scalar()) {
        return {data_->scalar};
    }
    if (!is_sequence()) {
        wrong_type(what, "a list of texts");
    }
    std::vector<std::string> result;
    for (const Node& item : items(what)) {
        result.push_back(item.text(what));
    }
    return result;
}

std::vector<std::pair<Node, Node>> Node::entries(std::string_view what) const {
    if (!is_mapping()) {
        wrong_type(what, "a mapping (key: value)");
    }
    std::vector<std::pair<Node, Node>> result;
    for (std::size_t i = 0; i + 1 < data_->children.size(); i += 2) {
        result.emplace_back(Node{tree_, &data_->children[i]}, Node{tree_, &data_->children[i + 1]});
    }
    return result;
}

std::optional<Node> Node::find(std::string_view key) const {
    if (!is_mapping()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i + 1 < data_->children.size(); i += 2) {
        if (data_->children[i].scalar == key) {
            return Node{tree_, &data_->children[i + 1]};
        }
    }
    return std::nullopt;
}

Node Node::require(std::string_view key, std::string_view what) const {
    if (!is_mapping()) {
        wrong_type(what, "a mapping (key: value)");
    }
    std::optional<Node> value = find(key);
    if (!value) {
        fail(std::string{what} + " needs the key '" + std::string{key} + "'");
    }
    return *std::move(value);
}

void Node::only(std::string_view what, std::span<const std::string_view> known) const {
    for (const auto& [key, value] : entries(what)) {
        if (std::ranges::find(known, key.raw()) == known.end()) {
            key.fail("unknown key '" + key.raw() + "' in " + std::string{what} +
                     did_you_mean(key.raw(), known));
        }
    }
}

Node parse(std::string_view text, std::string name, Errc errc) {
    auto tree = std::make_shared<Tree>();
    tree->file = std::move(name);
    tree->errc = errc;
    read_tree(*tree, text);
    const NodeData* root = &tree->root;
    return {std::move(tree), root};
}

Node load(const std::filesystem::path& file, Errc errc) {
    return parse(read_file(file, errc), file.string(), errc);
}

}  // namespace enginebay::yaml
