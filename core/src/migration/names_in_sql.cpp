// SPDX-License-Identifier: BSL-1.0
// Walks through SQL token by token.
#include "migration/names_in_sql.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace enginebay::migration {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

bool is_word(char c) {
    return c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80 ||
           std::isalnum(static_cast<unsigned char>(c)) != 0;
}

char small(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool same_name(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, small, small);
}

std::string quoted(std::string_view name) {
    std::string text = "\"";
    for (const char c : name) {
        text += c == '"' ? "\"\"" : std::string(1, c);
    }
    return text + "\"";
}

bool is_plain(std::string_view name) {
    return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
           std::ranges::all_of(name, [](char c) {
               return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
           });
}

class Walk {
public:
    Walk(std::string_view sql, std::string_view from, std::string_view to)
        : sql_{sql}, from_{from}, to_{to} {}

    void run() {
        while (at_ < sql_.size()) {
            const std::size_t end = end_of_token();
            const std::string_view token = sql_.substr(at_, end - at_);
            at_ = end;
            if (is_the_name(token)) {
                found_ = true;
                out_ += token.front() != '"' && is_plain(to_) ? std::string{to_} : quoted(to_);
            } else {
                out_ += token;
            }
        }
    }

    [[nodiscard]] bool found() const noexcept { return found_; }
    std::string take() { return std::move(out_); }

private:
    [[nodiscard]] std::size_t end_of_token() const {
        const char c = sql_[at_];
        const std::string_view rest = sql_.substr(at_);
        if (rest.starts_with("--")) {
            return behind(sql_.find('\n', at_), 1);
        }
        if (rest.starts_with("/*")) {
            return behind(sql_.find("*/", at_ + 2), 2);
        }
        if (c == '\'' || c == '"') {
            return end_of_quote(c);
        }
        if (!is_word(c)) {
            return at_ + 1;
        }
        const auto end = std::ranges::find_if_not(rest, is_word);
        return at_ + static_cast<std::size_t>(end - rest.begin());
    }

    [[nodiscard]] std::size_t end_of_quote(char quote) const {
        for (std::size_t i = at_ + 1; i < sql_.size(); ++i) {
            if (sql_[i] != quote) {
                continue;
            }
            if (i + 1 >= sql_.size() || sql_[i + 1] != quote) {
                return i + 1;
            }
            ++i;  // a doubled one stands for itself
        }
        return sql_.size();
    }

    [[nodiscard]] std::size_t behind(std::size_t found, std::size_t length) const {
        return found == std::string_view::npos ? sql_.size() : found + length;
    }

    /// `at_` is behind the token already.
    [[nodiscard]] bool is_the_name(std::string_view token) const {
        if (token.front() == '"') {
            return token == quoted(from_);
        }
        if (!same_name(token, from_)) {
            return false;
        }
        const auto next = std::ranges::find_if_not(sql_.substr(at_), is_space);
        return next == sql_.end() || *next != '(';
    }

    std::string_view sql_;
    std::string_view from_;
    std::string_view to_;
    std::size_t at_{0};
    bool found_{false};
    std::string out_;
};

}  // namespace

bool mentions(std::string_view sql, std::string_view name) {
    Walk walk{sql, name, name};
    walk.run();
    return walk.found();
}

std::string renamed(std::string_view sql, std::string_view from, std::string_view to) {
    Walk walk{sql, from, to};
    walk.run();
    return walk.take();
}

}  // namespace enginebay::migration
