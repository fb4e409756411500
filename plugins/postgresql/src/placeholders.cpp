// SPDX-License-Identifier: BSL-1.0
// Placeholders: a scanner that knows the few places where a question mark is none.
#include "placeholders.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace enginebay::postgresql {
namespace {

bool is_space(char c) noexcept { return std::isspace(static_cast<unsigned char>(c)) != 0; }

// Letters of identifiers as the server's scanner sees them: high bytes count too.
bool is_word(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
}

char upper(char c) noexcept {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}

/// Walks over an SQL text in pieces that either may hold a placeholder or may not.
class Scanner {
public:
    explicit Scanner(std::string_view sql) noexcept : sql_{sql} {}

    [[nodiscard]] bool at_end() const noexcept { return at_ >= sql_.size(); }
    [[nodiscard]] char here() const noexcept { return sql_[at_]; }
    [[nodiscard]] char next() const noexcept {
        return at_ + 1 < sql_.size() ? sql_[at_ + 1] : '\0';
    }
    [[nodiscard]] std::size_t position() const noexcept { return at_; }
    void advance(std::size_t n = 1) noexcept { at_ = std::min(at_ + n, sql_.size()); }

    /// Steps over a string, quoted name or comment that begins here; false when none does.
    bool skip_opaque() noexcept {
        switch (here()) {
            case '\'':
                skip_quoted('\'', escapes_backslash());
                return true;
            case '"':
                skip_quoted('"', false);
                return true;
            case '$':
                return skip_dollar_quoted();
            default:
                return skip_comment();
        }
    }

    /// Steps over a comment that begins here.
    bool skip_comment() noexcept {
        if (here() == '-' && next() == '-') {
            while (!at_end() && here() != '\n') {
                advance();
            }
            return true;
        }
        if (here() == '/' && next() == '*') {
            skip_block_comment();
            return true;
        }
        return false;
    }

private:
    // E'..': the E stands alone, not at the end of a word.
    [[nodiscard]] bool escapes_backslash() const noexcept {
        return at_ >= 1 && upper(sql_[at_ - 1]) == 'E' && (at_ == 1 || !is_word(sql_[at_ - 2]));
    }

    void skip_quoted(char quote, bool backslash) noexcept {
        advance();
        while (!at_end()) {
            if (backslash && here() == '\\') {
                advance(2);
                continue;
            }
            const bool at_quote = here() == quote;
            advance();
            if (at_quote && !at_end() && here() == quote) {
                advance();  // doubled: one that belongs to the text
            } else if (at_quote) {
                return;
            }
        }
    }

    bool skip_dollar_quoted() noexcept {
        if (at_ > 0 && is_word(sql_[at_ - 1])) {
            return false;
        }
        std::size_t end = at_ + 1;
        while (end < sql_.size() && is_word(sql_[end])) {
            ++end;
        }
        const bool numbered =
            at_ + 1 < sql_.size() && std::isdigit(static_cast<unsigned char>(next())) != 0;
        if (numbered || end >= sql_.size() || sql_[end] != '$') {
            return false;
        }
        const std::string_view tag = sql_.substr(at_, end + 1 - at_);
        const std::size_t close = sql_.find(tag, end + 1);
        at_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
        return true;
    }

    void skip_block_comment() noexcept {
        int depth = 0;
        while (!at_end()) {
            if (here() == '/' && next() == '*') {
                ++depth;
                advance(2);
            } else if (here() == '*' && next() == '/') {
                advance(2);
                if (--depth == 0) {
                    return;
                }
            } else {
                advance();
            }
        }
    }

    std::string_view sql_;
    std::size_t at_{0};
};

/// The next word in capitals; empty where none begins.
std::string take_word(Scanner& scanner) {
    while (!scanner.at_end() &&
           (is_space(scanner.here()) || scanner.here() == '(' || scanner.skip_comment())) {
        if (!scanner.at_end() && (is_space(scanner.here()) || scanner.here() == '(')) {
            scanner.advance();
        }
    }
    std::string word;
    while (!scanner.at_end() && is_word(scanner.here())) {
        word += upper(scanner.here());
        scanner.advance();
    }
    return word;
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool contains_any(std::string_view sql, std::initializer_list<std::string_view> needles) {
    return std::any_of(needles.begin(), needles.end(), [sql](std::string_view needle) {
        return std::search(sql.begin(), sql.end(), needle.begin(), needle.end(),
                           [](char a, char b) { return upper(a) == b; }) != sql.end();
    });
}

}  // namespace

Rewritten rewrite_placeholders(std::string_view sql) {
    Rewritten out;
    out.text.reserve(sql.size() + 16);
    Scanner scanner{sql};
    while (!scanner.at_end()) {
        const std::size_t from = scanner.position();
        if (scanner.skip_opaque()) {
            out.text.append(sql, from, scanner.position() - from);
        } else if (scanner.here() != '?') {
            out.text += scanner.here();
            scanner.advance();
        } else if (scanner.next() == '?') {
            out.text += '?';
            scanner.advance(2);
        } else {
            out.text += '$';
            out.text += std::to_string(++out.count);
            scanner.advance();
        }
    }
    return out;
}

StatementKind kind_of(std::string_view sql) {
    Scanner scanner{sql};
    const std::string word = take_word(scanner);
    if (one_of(word,
               {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES", "MERGE", "TABLE"})) {
        return StatementKind::rows;
    }
    if (one_of(word, {"COMMIT", "END"})) {
        return StatementKind::commit;
    }
    if (one_of(word, {"BEGIN", "START", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "LOCK"})) {
        return StatementKind::transaction;
    }
    if (one_of(word, {"SHOW", "EXPLAIN", "FETCH", "MOVE", "CLOSE", "CHECKPOINT", "NOTIFY"})) {
        return StatementKind::reading;
    }
    if (word == "SET" && one_of(take_word(scanner), {"LOCAL", "TRANSACTION", "CONSTRAINTS"})) {
        return StatementKind::transaction;
    }
    if (one_of(word,
               {"SET", "RESET", "LISTEN", "UNLISTEN", "PREPARE", "EXECUTE", "DECLARE", "LOAD"})) {
        return StatementKind::session;
    }
    return StatementKind::structure;
}

std::string_view unfit_for_a_batch(std::string_view sql) {
    Scanner scanner{sql};
    const std::string word = take_word(scanner);
    if (word == "COPY") {
        return "rows in bulk are a transfer of their own";
    }
    if (one_of(word, {"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "PREPARE"})) {
        return "the batch itself is the transaction, or a part of one";
    }
    return {};
}

bool only_reads(std::string_view sql) {
    Scanner scanner{sql};
    return one_of(take_word(scanner), {"SELECT", "VALUES", "TABLE", "SHOW", "EXPLAIN", "FETCH"});
}

bool leaves_session_state(std::string_view sql) {
    return contains_any(sql, {"PG_ADVISORY_LOCK", "PG_TRY_ADVISORY_LOCK", "SET_CONFIG"});
}

std::string abbreviated(std::string_view sql) {
    constexpr std::size_t longest = 120;
    std::string line;
    for (const char c : sql) {
        if (line.size() >= longest) {
            line += "...";
            break;
        }
        if (!is_space(c)) {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    if (contains_any(sql, {"PASSWORD"})) {
        Scanner scanner{sql};
        return take_word(scanner) + " ...";
    }
    return line;
}

}  // namespace enginebay::postgresql
