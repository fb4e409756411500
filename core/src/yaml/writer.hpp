// SPDX-License-Identifier: BSL-1.0
// Writes YAML as a person would: short things on one line, long ones below each other.
// Threads: values and pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enginebay::yaml {

/// A value to be written.
class Item {
public:
    /// A text; quoted where it would be read as something else.
    static Item text(std::string_view value);
    /// What is written as it stands: numbers, true, names that are known to be plain.
    static Item word(std::string_view value);
    static Item texts(const std::vector<std::string>& values);
    static Item list() { return Item{Kind::list}; }
    static Item map() { return Item{Kind::map}; }

    Item& add(Item value);                        ///< to a list
    Item& set(std::string_view key, Item value);  ///< to a mapping
    /// Never on one line, however short.
    Item& open() {
        open_ = true;
        return *this;
    }
    /// Lines above it, written as comments. In a list that is not on one line.
    Item& remark(std::string_view lines) {
        remark_ = lines;
        return *this;
    }
    /// An empty line before it, in a list.
    Item& apart() {
        apart_ = true;
        return *this;
    }

    [[nodiscard]] bool empty() const noexcept { return children_.empty(); }

    /// The whole document; this is a mapping.
    [[nodiscard]] std::string document() const;

private:
    enum class Kind : unsigned char { text, word, list, map };
    explicit Item(Kind kind) : kind_{kind} {}

    [[nodiscard]] std::string inline_text() const;
    [[nodiscard]] bool is_literal() const;
    [[nodiscard]] bool must_open() const;
    void write_entries(std::string& out, std::size_t indent, bool first_is_placed) const;
    void write_items(std::string& out, std::size_t indent) const;
    void write_after(std::string& out, std::size_t indent, std::size_t column) const;

    Kind kind_;
    std::string text_;
    std::vector<std::pair<std::string, Item>> children_;
    std::string remark_;
    bool open_{false};
    bool apart_{false};
};

/// "# " before each line, broken at about a hundred characters, indented.
std::string comment(std::string_view lines, std::size_t indent);

}  // namespace enginebay::yaml
