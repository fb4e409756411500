// SPDX-License-Identifier: BSL-1.0
// Quotes texts.
#include "yaml/scalar.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

namespace enginebay::yaml {
namespace {

constexpr std::array<std::string_view, 7> words{"null", "true", "false", "yes", "no", "on", "off"};

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

/// Characters that end a line, or are not shown, though they are no control characters of ASCII.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> unseen{{
    {"\xc2\x85", "\\u0085"},
    {"\xc2\xa0", "\\u00a0"},
    {"\xe2\x80\xa8", "\\u2028"},
    {"\xe2\x80\xa9", "\\u2029"},
    {"\xef\xbb\xbf", "\\ufeff"},
}};

bool has_unseen(std::string_view text) {
    return std::ranges::any_of(unseen, [&](const auto& character) {
        return text.find(character.first) != std::string_view::npos;
    });
}

bool is_word(std::string_view text) {
    std::string low{text};
    std::ranges::transform(low, low.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::find(words, low) != words.end();
}

bool begins_plain(char first) {
    const auto byte = static_cast<unsigned char>(first);
    return byte >= 0x80 || std::isalpha(byte) != 0 || first == '_' || first == '/' ||
           first == '(' || first == '$';
}

bool is_plain(std::string_view text, bool flow) {
    if (text.empty() || !begins_plain(text.front()) || text.back() == ' ' || text.back() == ':' ||
        is_word(text)) {
        return false;
    }
    if (flow && text.find_first_of(",[]{}?") != std::string_view::npos) {
        return false;
    }
    return text.find(": ") == std::string_view::npos && text.find(" #") == std::string_view::npos &&
           (!flow || text.find(':') == std::string_view::npos);
}

std::string in_single_quotes(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? "''" : std::string(1, c);
    }
    return out + "'";
}

std::string escaped(char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    switch (c) {
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        case '"':
            return "\\\"";
        case '\\':
            return "\\\\";
        default:
            break;
    }
    if (!is_control(c)) {
        return {c};
    }
    const auto byte = static_cast<unsigned char>(c);
    return {'\\', 'x', digits[byte / 16U], digits[byte % 16U]};
}

std::string in_double_quotes(std::string_view text) {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const auto found = std::ranges::find_if(unseen, [&](const auto& character) {
            return text.substr(at).starts_with(character.first);
        });
        if (found == unseen.end()) {
            out += escaped(text[at]);
            ++at;
        } else {
            out += found->second;
            at += found->first.size();
        }
    }
    return out + "\"";
}

}  // namespace

std::string scalar(std::string_view text, bool flow) {
    if (std::ranges::any_of(text, is_control) || has_unseen(text)) {
        return in_double_quotes(text);
    }
    return is_plain(text, flow) ? std::string{text} : in_single_quotes(text);
}

bool is_literal_block(std::string_view text) {
    if (text.find('\n') == std::string_view::npos || text.ends_with("\n\n") || has_unseen(text) ||
        text.front() == ' ' || text.front() == '\n') {
        return false;
    }
    if (std::ranges::any_of(text, [](char c) { return is_control(c) && c != '\n'; })) {
        return false;
    }
    // A line of blanks alone would lose them.
    for (std::size_t at = 0; (at = text.find("\n ", at)) != std::string_view::npos; ++at) {
        const std::size_t word = text.find_first_not_of(' ', at + 1);
        if (word == std::string_view::npos || text[word] == '\n') {
            return false;
        }
    }
    return true;
}

}  // namespace enginebay::yaml
