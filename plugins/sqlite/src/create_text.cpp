// SPDX-License-Identifier: BSL-1.0
// Reads CREATE statements by their tokens; they passed SQLite's own parser before.
#include "create_text.hpp"

#include "tokens.hpp"

#include <algorithm>
#include <span>

namespace enginebay::sqlite {
namespace {

using TokenSpan = std::span<const Token>;

bool is_sign(const Token& token, std::string_view sign) {
    return token.kind == Token::Kind::sign && token.text == sign;
}

// The position behind the parenthesis that closes the one at `open`.
std::size_t behind_group(TokenSpan tokens, std::size_t open) {
    int depth = 0;
    for (std::size_t i = open; i < tokens.size(); ++i) {
        if (is_sign(tokens[i], "(")) {
            ++depth;
        } else if (is_sign(tokens[i], ")") && --depth == 0) {
            return i + 1;
        }
    }
    return tokens.size();
}

// The first group in parentheses, without them; and what follows it.
std::pair<TokenSpan, TokenSpan> first_group(TokenSpan tokens) {
    const auto open = std::find_if(tokens.begin(), tokens.end(),
                                   [](const Token& token) { return is_sign(token, "("); });
    const auto from = static_cast<std::size_t>(open - tokens.begin());
    if (from == tokens.size()) {
        return {};
    }
    const std::size_t behind = behind_group(tokens, from);
    return {tokens.subspan(from + 1, behind - from - 2), tokens.subspan(behind)};
}

std::vector<TokenSpan> split_at_commas(TokenSpan tokens) {
    std::vector<TokenSpan> parts;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < tokens.size();) {
        if (is_sign(tokens[i], "(")) {
            i = behind_group(tokens, i);
        } else {
            if (is_sign(tokens[i], ",")) {
                parts.push_back(tokens.subspan(begin, i - begin));
                begin = i + 1;
            }
            ++i;
        }
    }
    parts.push_back(tokens.subspan(begin));
    return parts;
}

std::string text_of(TokenSpan tokens) {
    return normalize(tokens.data(), tokens.data() + tokens.size());
}

bool begins_constraint(TokenSpan part) {
    return part[0].is("constraint") || part[0].is("primary") || part[0].is("unique") ||
           part[0].is("check") || part[0].is("foreign");
}

bool waits_for_commit(TokenSpan part) {
    for (std::size_t i = 0; i + 1 < part.size(); ++i) {
        if (part[i].is("initially") && part[i + 1].is("deferred")) {
            return true;
        }
    }
    return false;
}

// The columns of a foreign key: the group behind FOREIGN KEY, or the column it stands at.
std::string key_columns(TokenSpan part) {
    for (std::size_t i = 0; i + 1 < part.size(); ++i) {
        if (part[i].is("foreign") && part[i + 1].is("key")) {
            return text_of(first_group(part.subspan(i)).first);
        }
    }
    return lower(part[0].name());
}

void read_part(TokenSpan part, TableText& table) {
    const bool column = !begins_constraint(part);
    std::string name;
    for (std::size_t i = column ? 1 : 0; i < part.size();) {
        if (part[i].is("constraint") && i + 1 < part.size()) {
            name = part[i + 1].name();
            i += 2;
        } else if (part[i].is("check")) {
            table.checks.push_back({name, text_of(first_group(part.subspan(i)).first)});
            name.clear();
            i = behind_group(part, i + 1);
        } else if (column && part[i].is("as")) {
            const auto [expression, rest] = first_group(part.subspan(i));
            const bool stored = !rest.empty() && rest[0].is("stored");
            table.generated[lower(part[0].name())] =
                text_of(expression) + (stored ? " STORED" : " VIRTUAL");
            i = behind_group(part, i + 1);
        } else if (is_sign(part[i], "(")) {
            i = behind_group(part, i);
        } else {
            ++i;
        }
    }
    if (waits_for_commit(part)) {
        table.deferred.push_back(key_columns(part));
    }
}

// The position behind `CREATE [TEMP] [UNIQUE] kind [IF NOT EXISTS] [schema.]name`.
std::size_t behind_name(TokenSpan tokens, std::string_view kind) {
    std::size_t at = 0;
    while (at < tokens.size() && !tokens[at].is(kind)) {
        ++at;
    }
    ++at;
    if (at < tokens.size() && tokens[at].is("if")) {
        at += 3;
    }
    ++at;
    if (at < tokens.size() && is_sign(tokens[at], ".")) {
        at += 2;
    }
    return std::min(at, tokens.size());
}

}  // namespace

TableText read_table_text(std::string_view sql) {
    const std::vector<Token> tokens = tokenize(sql);
    const TokenSpan all{tokens};
    TableText table;
    for (const TokenSpan part :
         split_at_commas(first_group(all.subspan(behind_name(all, "table"))).first)) {
        if (!part.empty()) {
            read_part(part, table);
        }
    }
    return table;
}

IndexText read_index_text(std::string_view sql) {
    const std::vector<Token> tokens = tokenize(sql);
    const TokenSpan all{tokens};
    const auto [columns, rest] = first_group(all.subspan(behind_name(all, "index")));
    IndexText index;
    for (const TokenSpan part : split_at_commas(columns)) {
        index.columns.push_back(text_of(part));
    }
    if (!rest.empty() && rest[0].is("where")) {
        index.where = text_of(rest.subspan(1));
    }
    return index;
}

std::string read_body(std::string_view sql) {
    const std::vector<Token> tokens = tokenize(sql);
    const TokenSpan all{tokens};
    const auto kind = std::find_if(all.begin(), all.end(), [](const Token& token) {
        return token.is("trigger") || token.is("view");
    });
    if (kind == all.end()) {
        return text_of(all);
    }
    return text_of(all.subspan(behind_name(all, kind->is("view") ? "view" : "trigger")));
}

std::string read_module(std::string_view sql) {
    const std::vector<Token> tokens = tokenize(sql);
    const TokenSpan all{tokens};
    std::size_t at = behind_name(all, "table");
    if (at < all.size() && all[at].is("using")) {
        ++at;
    }
    // Arguments belong to the module; FTS5 takes 'x', "x" and x alike.
    std::vector<std::string> unquoted;
    for (const Token& token : all.subspan(at)) {
        const std::string name = token.name();
        unquoted.push_back(is_plain_name(name) ? name : std::string{token.text});
    }
    std::string text;
    for (const std::string& piece : unquoted) {
        text += piece + ' ';
    }
    return normalize(text);
}

}  // namespace enginebay::sqlite
