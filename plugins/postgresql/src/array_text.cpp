// SPDX-License-Identifier: BSL-1.0
// Arrays: one quoting for another, element by element.
#include "array_text.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace enginebay::postgresql {
namespace {

constexpr std::string_view digits = "-0123456789";

void skip_space(std::string_view& rest) noexcept {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
}

bool take(std::string_view& rest, char c) noexcept {
    skip_space(rest);
    const bool there = rest.starts_with(c);
    rest.remove_prefix(there ? 1 : 0);
    return there;
}

void append_utf8(std::string& out, std::uint32_t code) {
    const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(value); };
    if (code < 0x80U) {
        byte(code);
        return;
    }
    if (code < 0x800U) {
        byte(0xC0U | (code >> 6U));
    } else {
        if (code < 0x10000U) {
            byte(0xE0U | (code >> 12U));
        } else {
            byte(0xF0U | (code >> 18U));
            byte(0x80U | ((code >> 12U) & 0x3FU));
        }
        byte(0x80U | ((code >> 6U) & 0x3FU));
    }
    byte(0x80U | (code & 0x3FU));
}

std::optional<std::uint32_t> take_four_digits(std::string_view& rest) noexcept {
    std::uint32_t code = 0;
    const std::string_view four = rest.substr(0, 4);
    const auto [end, error] = std::from_chars(four.data(), four.data() + four.size(), code, 16);
    if (error != std::errc{} || end != four.data() + 4) {
        return std::nullopt;
    }
    rest.remove_prefix(4);
    return code;
}

/// The character behind `\u`, of one escape or of two.
bool take_unicode(std::string_view& rest, std::string& out) {
    std::optional<std::uint32_t> code = take_four_digits(rest);
    if (code && *code >= 0xD800U && *code < 0xDC00U && rest.starts_with("\\u")) {
        rest.remove_prefix(2);
        const std::optional<std::uint32_t> low = take_four_digits(rest);
        const bool pair = low && *low >= 0xDC00U && *low < 0xE000U;
        code = pair ? std::optional{0x10000U + ((*code - 0xD800U) << 10U) + (*low - 0xDC00U)}
                    : std::nullopt;
    }
    if (!code || *code == 0 || (*code >= 0xD800U && *code < 0xE000U)) {
        return false;
    }
    append_utf8(out, *code);
    return true;
}

bool take_escape(std::string_view& rest, std::string& out) {
    if (rest.empty()) {
        return false;
    }
    const char c = rest.front();
    rest.remove_prefix(1);
    constexpr std::string_view written = "/bfnrt";
    constexpr std::string_view meant = "/\b\f\n\r\t";
    if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
        return true;
    }
    if (const std::size_t at = written.find(c); at != std::string_view::npos) {
        out += meant[at];
        return true;
    }
    return c == 'u' && take_unicode(rest, out);
}

/// A JSON string as a quoted element: the server knows two escapes only.
bool take_text(std::string_view& rest, std::string& out) {
    out += '"';
    while (!rest.empty() && rest.front() != '"') {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c != '\\') {
            out += c;
        } else if (!take_escape(rest, out)) {
            return false;
        }
    }
    out += '"';
    return take(rest, '"');
}

bool take_element(std::string_view& rest, std::string& out) {
    if (take(rest, '"')) {
        return take_text(rest, out);
    }
    if (rest.starts_with("null")) {
        rest.remove_prefix(4);
        out += "NULL";
        return true;
    }
    const std::size_t length = std::min(rest.find_first_not_of(digits), rest.size());
    out += rest.substr(0, length);
    rest.remove_prefix(length);
    return length > 0;
}

void append_json_text(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20U) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    out += '"';
}

/// An element of a literal, without its quotes; says whether it had some.
bool take_literal_element(std::string_view& rest, std::string& element) {
    element.clear();
    const bool quoted = rest.starts_with('"');
    rest.remove_prefix(quoted ? 1 : 0);
    while (!rest.empty()) {
        char c = rest.front();
        if (quoted ? c == '"' : (c == ',' || c == '}')) {
            break;
        }
        rest.remove_prefix(1);
        if (c == '\\' && !rest.empty()) {
            c = rest.front();
            rest.remove_prefix(1);
        }
        element += c;
    }
    rest.remove_prefix(quoted && !rest.empty() ? 1 : 0);
    return quoted;
}

[[noreturn]] void refuse(std::string_view why) {
    throw Error{Errc::value, fmt::format("the array {}", why)};
}

}  // namespace

ArrayKind array_kind(Oid type) noexcept {
    switch (type) {
        case 1003:  // name[]
        case 1009:  // text[]
        case 1014:  // character[]
        case 1015:  // character varying[]
            return ArrayKind::texts;
        case 1005:  // smallint[]
        case 1007:  // integer[]
        case 1016:  // bigint[]
            return ArrayKind::integers;
        default:
            return ArrayKind::none;
    }
}

std::optional<std::string> array_literal(std::string_view json) {
    std::string literal = "{";
    if (!take(json, '[')) {
        return std::nullopt;
    }
    bool more = !take(json, ']');
    while (more) {
        skip_space(json);
        if (!take_element(json, literal)) {
            return std::nullopt;
        }
        more = take(json, ',');
        literal += more ? "," : "";
        if (!more && !take(json, ']')) {
            return std::nullopt;
        }
    }
    skip_space(json);
    return json.empty() ? std::optional{literal + "}"} : std::nullopt;
}

std::string array_json(std::string_view literal, ArrayKind kind) {
    if (!literal.starts_with('{')) {
        refuse("has bounds of its own, which a list cannot say");
    }
    literal.remove_prefix(1);
    std::string json = "[";
    std::string element;
    while (!literal.empty() && literal.front() != '}') {
        if (literal.front() == '{') {
            refuse("holds arrays, which is not supported");
        }
        const bool quoted = take_literal_element(literal, element);
        if (!quoted && element == "NULL") {
            json += "null";
        } else if (kind == ArrayKind::integers) {
            json += element;
        } else {
            append_json_text(json, element);
        }
        if (literal.starts_with(',')) {
            literal.remove_prefix(1);
            json += ',';
        }
    }
    return json + "]";
}

}  // namespace enginebay::postgresql
