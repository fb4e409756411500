// SPDX-License-Identifier: BSL-1.0
#include "documents.hpp"

#include "json.hpp"
#include "print.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace enginebay::bench {
namespace {

constexpr std::string_view begin_mark = "<!-- figures: ./dev bench --docs writes from here -->\n";
constexpr std::string_view end_mark = "<!-- figures: to here -->\n";

std::string read_file(const std::filesystem::path& file) {
    std::ifstream in{file};
    if (!in) {
        throw std::runtime_error{"cannot read " + file.string()};
    }
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string processor() {
    std::ifstream in{"/proc/cpuinfo"};
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("model name")) {
            return line.substr(line.find(':') + 2);
        }
    }
    return "unknown";
}

/// How many others wanted a processor: a measurement on a busy machine is worth less.
std::string load() {
    double average = 0;
    return ::getloadavg(&average, 1) == 1 ? fmt::format("{:.1f}", average) : "unknown";
}

std::string today() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[16];
    std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
    return text;
}

}  // namespace

void write_file(const std::filesystem::path& file, const std::string& text) {
    std::ofstream out{file};
    out << text;
    if (!out.flush()) {
        throw std::runtime_error{"cannot write " + file.string()};
    }
}

void write_documents(const std::filesystem::path& folder, const Report& report) {
    const std::filesystem::path page = folder / "performance.md";
    std::string text = read_file(page);
    const std::size_t begin = text.find(begin_mark);
    const std::size_t end = text.find(end_mark);
    if (begin == std::string::npos || end == std::string::npos || end < begin) {
        throw std::runtime_error{page.string() + " has no marks for the figures"};
    }
    std::ostringstream figures;
    print_markdown(figures, report);
    text.replace(begin + begin_mark.size(), end - begin - begin_mark.size(), figures.str());
    std::ostringstream chart;
    print_chart(chart, report);
    std::ostringstream json;
    print_json(json, report);
    write_file(folder / "performance.svg", chart.str());
    write_file(folder / "performance.json", json.str());
    write_file(page, text);
}

std::vector<Fact> facts_of_this_machine() {
    utsname kernel{};
    uname(&kernel);
    return {{"day", today()},
            {"processor", processor() + ", " + std::to_string(std::thread::hardware_concurrency()) +
                              " processors"},
            {"kernel", std::string{kernel.sysname} + " " + kernel.release},
            {"compiler", "g++ " __VERSION__},
            {"load of the machine before", load()}};
}

}  // namespace enginebay::bench
