// SPDX-License-Identifier: BSL-1.0
// Replaces ${NAME}.
#include "config/expansion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace enginebay::config {
namespace {

bool is_name(std::string_view name) {
    const auto letter = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    };
    return !name.empty() && letter(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

const std::string& value_of(std::string_view name, const Variables& variables, bool may_name) {
    const auto found = variables.find(std::string{name});
    if (found == variables.end()) {
        throw std::invalid_argument{
            may_name ? fmt::format("the environment variable {} is not set; set it, or write $$ "
                                   "where a dollar sign is meant",
                                   name)
                     : "a variable it names is not set; write $$ where a dollar sign is meant"};
    }
    return found->second;
}

}  // namespace

std::string expanded(std::string_view text, const Variables& variables, bool secret) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t dollar = text.find('$', at);
        out += text.substr(at, dollar - at);
        if (dollar == std::string_view::npos) {
            break;
        }
        const std::string_view rest = text.substr(dollar);
        if (rest.starts_with("$$")) {
            out += '$';
            at = dollar + 2;
            continue;
        }
        if (!rest.starts_with("${")) {
            out += '$';
            at = dollar + 1;
            continue;
        }
        const std::size_t end = rest.find('}');
        const std::string_view name = rest.substr(2, end == rest.npos ? end : end - 2);
        if (end == std::string_view::npos || !is_name(name)) {
            throw std::invalid_argument{
                secret || end == std::string_view::npos
                    ? std::string{"'${' begins no ${NAME}; write $$ where a dollar sign is meant"}
                    : fmt::format("'{}' is no ${{NAME}}; write $$ where a dollar sign is meant",
                                  rest.substr(0, end + 1))};
        }
        // In a secret the name is told only where nothing else stands: a password may look like
        // one.
        const bool whole = rest.size() == text.size() && end + 1 == rest.size();
        out += value_of(name, variables, !secret || whole);
        at = dollar + end + 1;
    }
    return out;
}

}  // namespace enginebay::config
