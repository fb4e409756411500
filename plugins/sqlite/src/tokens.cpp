// SPDX-License-Identifier: BSL-1.0
// A tokeniser for SQLite's SQL; it never fails: what is not closed ends with the text.
#include "tokens.hpp"

#include <algorithm>
#include <array>

namespace enginebay::sqlite {
namespace {

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           c == '$' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

char lower_of(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The size of a quoted piece that begins at `from`; a doubled quote stands for itself.
std::size_t quoted_size(std::string_view text, std::size_t from, char close) noexcept {
    std::size_t at = from + 1;
    while (at < text.size()) {
        if (text[at] == close) {
            if (close != ']' && at + 1 < text.size() && text[at + 1] == close) {
                at += 2;
                continue;
            }
            return at + 1;
        }
        ++at;
    }
    return text.size();
}

// A number: digits, a point, an exponent with its sign.
std::size_t number_size(std::string_view text) noexcept {
    std::size_t at = 0;
    const auto more = [&] { return at < text.size(); };
    while (more() && (is_word(text[at]) || text[at] == '.')) {
        const bool exponent = lower_of(text[at]) == 'e' && !text.starts_with("0x");
        ++at;
        if (exponent && more() && (text[at] == '+' || text[at] == '-')) {
            ++at;
        }
    }
    return at;
}

}  // namespace

bool Token::is(std::string_view word) const noexcept {
    return kind == Kind::word && std::equal(text.begin(), text.end(), word.begin(), word.end(),
                                            [](char a, char b) { return lower_of(a) == b; });
}

std::string Token::name() const {
    if (kind != Kind::quoted && kind != Kind::string) {
        return std::string{text};
    }
    const char close = text.front() == '[' ? ']' : text.front();
    std::string name;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        name += text[i];
        if (text[i] == close) {
            ++i;
        }
    }
    return name;
}

void Tokens::skip_blanks() noexcept {
    for (;;) {
        while (!rest_.empty() && is_blank(rest_.front())) {
            rest_.remove_prefix(1);
        }
        if (rest_.starts_with("--")) {
            rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
        } else if (rest_.starts_with("/*")) {
            const std::size_t end = rest_.find("*/", 2);
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 2);
        } else {
            return;
        }
    }
}

Token Tokens::take(Token::Kind kind, std::size_t size) noexcept {
    const Token token{kind, rest_.substr(0, size)};
    rest_.remove_prefix(size);
    return token;
}

Token Tokens::next() noexcept {
    static constexpr std::array pairs{
        std::string_view{"||"}, std::string_view{"<="}, std::string_view{">="},
        std::string_view{"<>"}, std::string_view{"!="}, std::string_view{"=="},
        std::string_view{"<<"}, std::string_view{">>"}, std::string_view{"->"}};
    skip_blanks();
    if (rest_.empty()) {
        return {};
    }
    const char c = rest_.front();
    if (c == '\'') {
        return take(Token::Kind::string, quoted_size(rest_, 0, '\''));
    }
    if ((c == 'x' || c == 'X') && rest_.size() > 1 && rest_[1] == '\'') {
        return take(Token::Kind::string, quoted_size(rest_, 1, '\''));
    }
    if (c == '"' || c == '`' || c == '[') {
        return take(Token::Kind::quoted, quoted_size(rest_, 0, c == '[' ? ']' : c));
    }
    if (is_digit(c) || (c == '.' && rest_.size() > 1 && is_digit(rest_[1]))) {
        return take(Token::Kind::word, number_size(rest_));
    }
    if (is_word(c)) {
        const auto* end = std::find_if_not(rest_.begin(), rest_.end(), is_word);
        return take(Token::Kind::word, static_cast<std::size_t>(end - rest_.begin()));
    }
    for (const std::string_view pair : pairs) {
        if (rest_.starts_with(pair)) {
            return take(Token::Kind::sign, pair.size());
        }
    }
    return take(Token::Kind::sign, 1);
}

std::vector<Token> tokenize(std::string_view text) {
    std::vector<Token> list;
    Tokens tokens{text};
    for (Token token = tokens.next(); token.kind != Token::Kind::end; token = tokens.next()) {
        list.push_back(token);
    }
    return list;
}

std::string lower(std::string_view text) {
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return lower_of(c); });
    return result;
}

bool is_plain_name(std::string_view name) noexcept {
    return !name.empty() && !is_digit(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return is_word(c) && c != '$' && (static_cast<unsigned char>(c) & 0x80U) == 0;
           });
}

std::string normalize(const Token* first, const Token* last) {
    std::string result;
    bool glue = true;  // nothing stands between this token and the one before
    for (const Token* token = first; token != last; ++token) {
        std::string piece{token->text};
        if (token->kind == Token::Kind::word) {
            piece = lower(piece);
        } else if (token->kind == Token::Kind::quoted) {
            const std::string name = token->name();
            piece = is_plain_name(name) ? lower(name) : '"' + name + '"';
        } else if (piece == "==") {
            piece = "=";
        } else if (piece == "<>") {
            piece = "!=";
        }
        const bool closes = piece == ")" || piece == "," || piece == "." || piece == ";";
        if (!glue && !closes) {
            result += ' ';
        }
        result += piece;
        glue = piece == "(" || piece == ".";
    }
    return result;
}

std::string normalize(std::string_view text) {
    const std::vector<Token> tokens = tokenize(text);
    return normalize(tokens.data(), tokens.data() + tokens.size());
}

}  // namespace enginebay::sqlite
