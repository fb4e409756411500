// SPDX-License-Identifier: BSL-1.0
// Reads the canonical form, in which values have their length in front.
#include "migration/checksum.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace enginebay::migration {
namespace {

class Reader {
public:
    explicit Reader(std::string_view text) : rest_{text} {}

    std::string read() {
        while (line()) {}
        return std::move(out_);
    }

private:
    /// False at the end, and at what is no line of this form.
    bool line() {
        if (rest_.starts_with("}\n") && indent_ > 0) {
            rest_.remove_prefix(2);
            --indent_;
            return true;
        }
        const std::size_t end = rest_.find_first_of("={\n");
        if (end == std::string_view::npos || rest_[end] == '\n') {
            return false;
        }
        const std::string_view name = rest_.substr(0, end);
        const bool opens = rest_[end] == '{';
        rest_.remove_prefix(end + 1);
        return opens ? open(name) : field(name);
    }

    bool open(std::string_view name) {
        if (!rest_.starts_with('\n')) {
            return false;
        }
        rest_.remove_prefix(1);
        start(name);
        out_ += "\n";
        ++indent_;
        return true;
    }

    bool field(std::string_view name) {
        std::size_t size = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
        const auto digits = static_cast<std::size_t>(end - rest_.data());
        if (error != std::errc{} || digits == rest_.size() || rest_[digits] != ':' ||
            rest_.size() - digits - 1 < size) {
            return false;
        }
        start(name);
        out_ += ": ";
        for (const char c : rest_.substr(digits + 1, size)) {
            const bool control = static_cast<unsigned char>(c) < ' ' || c == '\x7f';
            out_ += c == '\n' ? "\n" + std::string(2 * indent_ + 2, ' ')
                              : std::string(1, control ? '?' : c);
        }
        out_ += "\n";
        rest_.remove_prefix(std::min(digits + 1 + size + 1, rest_.size()));
        return true;
    }

    void start(std::string_view name) { out_.append(2 * indent_, ' ').append(name); }

    std::string_view rest_;
    std::string out_;
    std::size_t indent_{0};
};

}  // namespace

std::string readable(std::string_view canonical) { return Reader{canonical}.read(); }

}  // namespace enginebay::migration
