// SPDX-License-Identifier: BSL-1.0
// Checks of the raw text.
#include "yaml/text_check.hpp"

#include "yaml/read_file.hpp"

#include <array>
#include <cstddef>

namespace enginebay::yaml {
namespace {

/// The length of the well-formed UTF-8 sequence at `at`; 0 where there is none.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    struct Form {
        unsigned char first_low, first_high, second_low, second_high;
        std::size_t length;
    };
    // The table of well-formed byte sequences of the Unicode standard.
    constexpr std::array<Form, 9> forms{{{0x00, 0x7f, 0x00, 0x00, 1},
                                         {0xc2, 0xdf, 0x80, 0xbf, 2},
                                         {0xe0, 0xe0, 0xa0, 0xbf, 3},
                                         {0xe1, 0xec, 0x80, 0xbf, 3},
                                         {0xed, 0xed, 0x80, 0x9f, 3},
                                         {0xee, 0xef, 0x80, 0xbf, 3},
                                         {0xf0, 0xf0, 0x90, 0xbf, 4},
                                         {0xf1, 0xf3, 0x80, 0xbf, 4},
                                         {0xf4, 0xf4, 0x80, 0x8f, 4}}};
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    for (const Form& form : forms) {
        if (byte(0) < form.first_low || byte(0) > form.first_high) {
            continue;
        }
        if (at + form.length > text.size()) {
            return 0;
        }
        if (form.length > 1 && (byte(1) < form.second_low || byte(1) > form.second_high)) {
            return 0;
        }
        for (std::size_t i = 2; i < form.length; ++i) {
            if (byte(i) < 0x80 || byte(i) > 0xbf) {
                return 0;
            }
        }
        return form.length;
    }
    return 0;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

}  // namespace

void check_text(const Tree& tree, std::string_view text) {
    if (text.size() > largest_file) {
        fail_at(tree, 1, 1, "the file is larger than 1 MiB");
    }
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequence_length(text, at);
        if (length == 0) {
            fail_at(tree, line, column, "a byte here is not UTF-8");
        }
        if (text[at] == '\0') {
            fail_at(tree, line, column, "a NUL byte here");
        }
        if (text[at] == '\n') {
            ++line;
            column = 1;
        } else {
            ++column;
        }
        at += length;
    }
}

void QuoteCheck::advance_to(std::uint32_t line, std::uint32_t column) {
    while (at_ < text_.size() && (line_ < line || (line_ == line && column_ < column))) {
        if (text_[at_] == '\n') {
            ++line_;
            column_ = 1;
            ++at_;
            continue;
        }
        ++column_;
        do {
            ++at_;
        } while (at_ < text_.size() && is_continuation(text_[at_]));
    }
}

bool QuoteCheck::unclosed(std::uint32_t line, std::uint32_t column) {
    advance_to(line, column);
    if (at_ >= text_.size() || (text_[at_] != '"' && text_[at_] != '\'')) {
        return false;
    }
    const char quote = text_[at_];
    for (std::size_t at = at_ + 1; at < text_.size(); ++at) {
        if (quote == '"' && text_[at] == '\\') {
            ++at;
        } else if (text_[at] == quote) {
            if (quote != '\'' || at + 1 >= text_.size() || text_[at + 1] != quote) {
                return false;
            }
            ++at;
        }
    }
    return true;
}

}  // namespace enginebay::yaml
