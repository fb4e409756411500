// SPDX-License-Identifier: BSL-1.0
// Prints JSON, tables and errors.
#include "output.hpp"

#include <Poco/UTF8Encoding.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string_view>

namespace enginebay::cli {
namespace {

void print_row(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool last = i + 1 == cells.size();
        line += last ? cells[i] : fmt::format("{:<{}}  ", cells[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    std::cout << line << '\n';
}

/// How many bytes a character of UTF-8 has that begins with this one; 0 where none does.
std::size_t length_of(unsigned char first) {
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/// Paths are bytes and JSON is UTF-8: what is none becomes U+FFFD.
std::string as_utf8(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
        const std::size_t length = length_of(*bytes);
        const bool legal = length != 0 && length <= text.size() &&
                           Poco::UTF8Encoding::isLegal(bytes, static_cast<int>(length));
        result += legal ? text.substr(0, length) : "\xef\xbf\xbd";
        text.remove_prefix(legal ? length : 1);
    }
    return result;
}

}  // namespace

Poco::JSON::Object json_object(
    std::initializer_list<std::pair<std::string, Poco::Dynamic::Var>> fields) {
    Poco::JSON::Object object = json_object();
    for (const auto& [name, value] : fields) {
        object.set(name, value);
    }
    return object;
}

Poco::JSON::Array json_list(const std::vector<std::string>& texts) {
    Poco::JSON::Array list;
    for (const std::string& text : texts) {
        list.add(text);
    }
    return list;
}

void print_json(const Poco::JSON::Object& object) {
    std::ostringstream text;
    object.stringify(text);
    std::cout << as_utf8(text.str()) << '\n';
}

void print_table(const std::vector<std::string>& head,
                 const std::vector<std::vector<std::string>>& rows) {
    if (rows.empty()) {
        return;
    }
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < head.size(); ++i) {
        std::size_t width = head[i].size();
        for (const auto& row : rows) {
            width = std::max(width, row[i].size());
        }
        widths.push_back(width);
    }
    print_row(head, widths);
    for (const auto& row : rows) {
        print_row(row, widths);
    }
}

int report(const Error& error, bool json, int status) {
    if (status == 0) {
        status = exit_status(error.code());
    }
    if (!json) {
        std::cerr << "enginebay: " << error.what() << '\n';
        return status;
    }
    print_json(json_object({{"error", json_object({{"code", std::string{to_string(error.code())}},
                                                   {"message", std::string{error.what()}},
                                                   {"where", error.where()},
                                                   {"exit_status", status}})}}));
    return status;
}

bool error_is_terminal() {
    const char* terminal = std::getenv("TERM");
    return ::isatty(STDERR_FILENO) == 1 && terminal != nullptr &&
           std::string_view{terminal} != "dumb";
}

std::string state_name(MigrationStatus::State state) {
    switch (state) {
        case MigrationStatus::State::empty:
            return "empty";
        case MigrationStatus::State::unversioned:
            return "unversioned";
        case MigrationStatus::State::versioned:
            return "versioned";
    }
    return "unknown";
}

std::string joined(const std::vector<std::string>& texts) {
    return texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace enginebay::cli
