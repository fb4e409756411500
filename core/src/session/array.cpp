// SPDX-License-Identifier: BSL-1.0
// Arrays as JSON: writing them, and reading what a backend gives back.
#include <enginebay/array.hpp>
#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace enginebay::detail {
namespace {

void append_quoted(std::string& out, std::string_view text) {
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

void append_utf8(std::string& out, std::uint32_t code) {
    const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(value); };
    if (code < 0x80U) {
        byte(code);
    } else if (code < 0x800U) {
        byte(0xC0U | (code >> 6U));
        byte(0x80U | (code & 0x3FU));
    } else if (code < 0x10000U) {
        byte(0xE0U | (code >> 12U));
        byte(0x80U | ((code >> 6U) & 0x3FU));
        byte(0x80U | (code & 0x3FU));
    } else {
        byte(0xF0U | (code >> 18U));
        byte(0x80U | ((code >> 12U) & 0x3FU));
        byte(0x80U | ((code >> 6U) & 0x3FU));
        byte(0x80U | (code & 0x3FU));
    }
}

/// A flat JSON array, element by element. Each function gives nothing where the text is not that.
class Reader {
public:
    explicit Reader(std::string_view text) noexcept : rest_{text} {}

    bool take(char c) noexcept {
        skip_space();
        const bool there = rest_.starts_with(c);
        rest_.remove_prefix(there ? 1 : 0);
        return there;
    }
    bool at_end() noexcept {
        skip_space();
        return rest_.empty();
    }
    std::optional<std::int64_t> integer() noexcept {
        skip_space();
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error != std::errc{}) {
            return std::nullopt;
        }
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return value;
    }
    std::optional<std::string> text() {
        if (!take('"')) {
            return std::nullopt;
        }
        std::string out;
        while (!rest_.empty() && rest_.front() != '"') {
            const char c = rest_.front();
            rest_.remove_prefix(1);
            if (c != '\\') {
                out += c;
            } else if (!escape(out)) {
                return std::nullopt;
            }
        }
        return take_quote() ? std::optional{std::move(out)} : std::nullopt;
    }

private:
    void skip_space() noexcept {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
    }
    bool take_quote() noexcept {
        const bool there = rest_.starts_with('"');
        rest_.remove_prefix(there ? 1 : 0);
        return there;
    }
    bool escape(std::string& out) {
        if (rest_.empty()) {
            return false;
        }
        const char c = rest_.front();
        rest_.remove_prefix(1);
        constexpr std::string_view written = "\"\\/bfnrt";
        constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
        if (const std::size_t at = written.find(c); at != std::string_view::npos) {
            out += meant[at];
            return true;
        }
        return c == 'u' && unicode(out);
    }
    bool unicode(std::string& out) {
        std::optional<std::uint32_t> code = four_digits();
        if (code && *code >= 0xD800U && *code < 0xDC00U && rest_.starts_with("\\u")) {
            rest_.remove_prefix(2);
            const std::optional<std::uint32_t> low = four_digits();
            const bool pair = low && *low >= 0xDC00U && *low < 0xE000U;
            code = pair ? std::optional{0x10000U + ((*code - 0xD800U) << 10U) + (*low - 0xDC00U)}
                        : std::nullopt;
        }
        // NUL is no text to us, and half a pair is none to anybody.
        if (!code || *code == 0 || (*code >= 0xD800U && *code < 0xE000U)) {
            return false;
        }
        append_utf8(out, *code);
        return true;
    }
    std::optional<std::uint32_t> four_digits() noexcept {
        std::uint32_t code = 0;
        const std::string_view digits = rest_.substr(0, 4);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        if (error != std::errc{} || end != digits.data() + 4) {
            return std::nullopt;
        }
        rest_.remove_prefix(4);
        return code;
    }

    std::string_view rest_;
};

/// False where it is no array of what `next` reads.
template <class T, class Next>
bool read_elements(Reader& reader, std::vector<T>& elements, Next&& next) {
    if (!reader.take('[')) {
        return false;
    }
    bool more = !reader.take(']');
    while (more) {
        std::optional<T> element = next();
        if (!element) {
            return false;
        }
        elements.push_back(*std::move(element));
        more = reader.take(',');
        if (!more && !reader.take(']')) {
            return false;
        }
    }
    return reader.at_end();
}

std::string_view text_of(const Cell& cell, std::string_view wanted) {
    if (cell.value.kind() != Kind::text || !is_portable_text(cell.value.as_text())) {
        throw_undecodable(cell, wanted);
    }
    return cell.value.as_text();
}

}  // namespace

std::string array_text(const std::vector<std::string>& elements, const Place& place) {
    std::string text = "[";
    for (const std::string& each : elements) {
        encode_text(each, place);  // only to be checked
        text += text.size() > 1 ? "," : "";
        append_quoted(text, each);
    }
    return text + "]";
}

std::string array_text(const std::vector<std::int64_t>& elements, const Place& /*place*/) {
    return fmt::format("[{}]", fmt::join(elements, ","));
}

void read_array(const Cell& cell, std::vector<std::string>& elements) {
    constexpr std::string_view wanted = "an array of texts";
    Reader reader{text_of(cell, wanted)};
    if (!read_elements(reader, elements, [&reader] { return reader.text(); })) {
        throw_undecodable(cell, wanted);
    }
}

void read_array(const Cell& cell, std::vector<std::int64_t>& elements) {
    constexpr std::string_view wanted = "an array of integers";
    Reader reader{text_of(cell, wanted)};
    if (!read_elements(reader, elements, [&reader] { return reader.integer(); })) {
        throw_undecodable(cell, wanted);
    }
}

}  // namespace enginebay::detail
