// SPDX-License-Identifier: BSL-1.0
// Prints JSON, tables and errors.
#include "output.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
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

}  // namespace

Poco::JSON::Array json_list(const std::vector<std::string>& texts) {
    Poco::JSON::Array list;
    for (const std::string& text : texts) {
        list.add(text);
    }
    return list;
}

void print_json(const Poco::JSON::Object& object) {
    object.stringify(std::cout);
    std::cout << '\n';
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
    Poco::JSON::Object facts = json_object();
    facts.set("code", std::string{to_string(error.code())});
    facts.set("message", std::string{error.what()});
    facts.set("where", error.where());
    facts.set("exit_status", status);
    Poco::JSON::Object object = json_object();
    object.set("error", facts);
    print_json(object);
    return status;
}

bool error_is_terminal() {
    const char* terminal = std::getenv("TERM");
    return ::isatty(STDERR_FILENO) == 1 && terminal != nullptr &&
           std::string_view{terminal} != "dumb";
}

std::string joined(const std::vector<std::string>& texts) {
    return texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace enginebay::cli
