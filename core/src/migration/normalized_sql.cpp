// SPDX-License-Identifier: BSL-1.0
// SQL text without what does not change its meaning.
#include "migration/checksum.hpp"

#include <cctype>
#include <cstddef>

namespace enginebay::migration {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

bool is_word(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; }

class Normalizer {
public:
    explicit Normalizer(std::string_view sql) : sql_{sql} {}

    std::string run() {
        while (at_ < sql_.size()) {
            step();
        }
        while (!out_.empty() && out_.back() == ';') {
            out_.pop_back();
            while (!out_.empty() && out_.back() == ' ') {
                out_.pop_back();
            }
        }
        return std::move(out_);
    }

private:
    void step() {
        const char c = sql_[at_];
        const std::string_view rest = sql_.substr(at_);
        if (is_space(c)) {
            gap(at_ + 1);
        } else if (rest.starts_with("--")) {
            gap(end_of(sql_.find('\n', at_), 1));
        } else if (rest.starts_with("/*")) {
            gap(end_of(sql_.find("*/", at_ + 2), 2));
        } else if (c == '\'' || c == '"' || c == '`') {
            copy(end_of(sql_.find(c, at_ + 1), 1));  // a doubled quote is simply the next string
        } else if (c == '$' && (at_ == 0 || !is_word(sql_[at_ - 1]))) {
            copy(end_of_dollar_quote());
        } else {
            copy(at_ + 1);
        }
    }

    /// Skips to `end`, leaving one space.
    void gap(std::size_t end) {
        space_ = !out_.empty();
        at_ = end;
    }

    void copy(std::size_t end) {
        if (space_) {
            out_ += ' ';
            space_ = false;
        }
        out_ += sql_.substr(at_, end - at_);
        at_ = end;
    }

    [[nodiscard]] std::size_t end_of(std::size_t found, std::size_t length) const {
        return found == std::string_view::npos ? sql_.size() : found + length;
    }

    /// Behind `$tag$ ... $tag$`; behind the `$` alone where no such quote begins.
    [[nodiscard]] std::size_t end_of_dollar_quote() const {
        std::size_t end = at_ + 1;
        while (end < sql_.size() && is_word(sql_[end])) {
            ++end;
        }
        const bool number =
            std::isdigit(static_cast<unsigned char>(at_ + 1 < sql_.size() ? sql_[at_ + 1] : ' ')) !=
            0;
        if (number || end >= sql_.size() || sql_[end] != '$') {
            return at_ + 1;
        }
        const std::string_view tag = sql_.substr(at_, end + 1 - at_);
        return end_of(sql_.find(tag, end + 1), tag.size());
    }

    std::string_view sql_;
    std::size_t at_{0};
    bool space_{false};
    std::string out_;
};

}  // namespace

std::string normalized_sql(std::string_view sql) { return Normalizer{sql}.run(); }

}  // namespace enginebay::migration
