// SPDX-License-Identifier: BSL-1.0
// Kinds of statements: the first word, and what WITH leads to.
#include "session/statement_kind.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace enginebay {
namespace {

constexpr std::string_view blanks{" \t\r\n\f("};  // "(SELECT ...) UNION ..." is a query, too

constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_name(char c) noexcept {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}

/// A word of at most eight letters as one number, whatever its case; 0 for a longer one.
constexpr std::uint64_t packed(std::string_view word) noexcept {
    std::uint64_t number = 0;
    for (const char c : word) {
        number = (number << 8U) | (static_cast<unsigned char>(c) | 0x20U);
    }
    return word.size() <= 8 ? number : 0;
}

constexpr std::string_view word_at(std::string_view text) noexcept {
    std::size_t size = 0;
    while (size < text.size() && is_name(text[size])) {
        ++size;
    }
    return text.substr(0, size);
}

/// Nothing where the word alone does not tell.
std::optional<StatementKind> kind_of_word(std::string_view word) noexcept {
    switch (packed(word)) {
        case packed("select"):
        case packed("values"):
            return StatementKind::select;
        case packed("insert"):
        case packed("replace"):
            return StatementKind::insert;
        case packed("update"):
            return StatementKind::update;
        case packed("delete"):
            return StatementKind::remove;
        case packed("begin"):
            return StatementKind::begin;
        case packed("commit"):
        case packed("end"):
            return StatementKind::commit;
        case packed("rollback"):
            return StatementKind::rollback;
        case packed("with"):
        case 0:  // no word: a comment, or nothing
            return std::nullopt;
        default:
            return StatementKind::other;
    }
}

/// Behind a comment, a string or a quoted name that begins here; 0 where none does.
std::size_t skipped(std::string_view text) noexcept {
    const auto behind = [text](std::string_view end, std::size_t from) {
        const std::size_t at = text.find(end, from);
        return at == std::string_view::npos ? text.size() : at + end.size();
    };
    if (text.starts_with("--")) {
        return behind("\n", 2);
    }
    if (text.starts_with("/*")) {
        return behind("*/", 2);
    }
    if (text.front() == '\'' || text.front() == '"') {
        return behind(text.substr(0, 1), 1);
    }
    return 0;
}

/// The first verb outside parentheses, comments and quotes.
StatementKind search(std::string_view text) noexcept {
    int depth = 0;
    while (!text.empty()) {
        if (const std::size_t size = skipped(text)) {
            text.remove_prefix(size);
            continue;
        }
        const std::string_view word = word_at(text);
        if (!word.empty() && depth == 0) {
            const auto kind = kind_of_word(word);
            if (kind && *kind != StatementKind::other) {
                return *kind;
            }
        }
        depth += text.front() == '(' ? 1 : text.front() == ')' ? -1 : 0;
        text.remove_prefix(std::max<std::size_t>(word.size(), 1));
    }
    return StatementKind::other;
}

}  // namespace

StatementKind StatementKinds::of(std::string_view sql) {
    const std::size_t begin = std::min(sql.find_first_not_of(blanks), sql.size());
    if (const auto kind = kind_of_word(word_at(sql.substr(begin)))) {
        return *kind;
    }
    const auto known = std::ranges::find(
        searched_, sql, [](const auto& entry) { return std::string_view{entry.first}; });
    if (known != searched_.end()) {
        return known->second;
    }
    constexpr std::size_t most = 64;  // more different ones than a daemon has
    if (searched_.size() >= most) {
        searched_.clear();
    }
    searched_.emplace_back(sql, search(sql));
    return searched_.back().second;
}

std::string_view to_string(StatementKind kind) noexcept {
    static constexpr std::array<std::string_view, statement_kinds> names{
        "select", "insert",   "update", "delete", "begin",
        "commit", "rollback", "batch",  "bulk",   "other"};
    const auto place = static_cast<std::size_t>(kind);
    return place < names.size() ? names[place] : "other";
}

}  // namespace enginebay
