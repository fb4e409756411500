// SPDX-License-Identifier: BSL-1.0
// Exposition: line by line, then what must hold between lines.
#include "daemon/exposition.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <regex>
#include <sstream>

namespace enginebay::testing {
namespace {

const std::regex comment_line{"# (HELP|TYPE) ([a-z][a-z0-9_]*) (.+)"};
const std::regex sample_line{R"(([a-z][a-z0-9_]*)(?:\{(.*)\})? (\S+))"};
const std::regex one_label{R"re(([a-z][a-z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,(?=.)|$))re"};

double number(const std::string& text, bool& good) {
    if (text == "+Inf") {
        return std::numeric_limits<double>::infinity();
    }
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    good = !text.empty() && *end == '\0' && std::isfinite(value);
    return value;
}

/// The labels but "le".
Exposition::Labels series_of(Exposition::Labels labels) {
    labels.erase("le");
    return labels;
}

}  // namespace

Exposition::Exposition(const std::string& text) {
    if (!text.ends_with('\n')) {
        wrong("the last line does not end");
    }
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        read_line(line);
    }
    check_names();
    for (const auto& [name, family] : families_) {
        if (family.type == "histogram") {
            check_histogram(name, family);
        }
    }
}

void Exposition::read_line(const std::string& line) {
    if (line.starts_with('#')) {
        read_comment(line);
    } else {
        read_sample(line);
    }
}

void Exposition::read_comment(const std::string& line) {
    std::smatch match;
    if (!std::regex_match(line, match, comment_line)) {
        wrong("no comment of the format: " + line);
        return;
    }
    if (match[1] == "HELP") {
        if (!families_.emplace(match[2], Family{{}, match[3], {}}).second) {
            wrong("a second HELP: " + line);
        }
        current_ = match[2];
        return;
    }
    Family& family = families_[match[2]];
    if (match[2] != current_ || !family.type.empty() || !family.samples.empty()) {
        wrong("TYPE comes once, behind its HELP and before its samples: " + line);
    }
    if (match[3] != "counter" && match[3] != "gauge" && match[3] != "histogram") {
        wrong("an unknown type: " + line);
    }
    family.type = match[3];
}

void Exposition::read_sample(const std::string& line) {
    std::smatch match;
    if (!std::regex_match(line, match, sample_line)) {
        wrong("no sample: " + line);
        return;
    }
    Sample sample;
    bool good = true;
    sample.value = number(match[3], good);
    std::string labels = match[2];
    std::smatch label;
    while (!labels.empty() &&
           std::regex_search(labels, label, one_label, std::regex_constants::match_continuous)) {
        good = sample.labels.emplace(label[1], label[2]).second && good;
        labels = label.suffix();
    }
    if (!good || !labels.empty()) {
        wrong("a sample with wrong labels or value: " + line);
    }
    const std::string name = match[1];
    Family& family = families_[current_];
    const std::string rest = name.starts_with(current_) ? name.substr(current_.size()) : "?";
    const bool fits = family.type == "histogram"
                          ? rest == "_bucket" || rest == "_sum" || rest == "_count"
                          : rest.empty();
    if (!fits || family.type.empty()) {
        wrong("a sample away from its family: " + line);
    }
    for (const Sample& other : family.samples[name]) {
        if (other.labels == sample.labels) {
            wrong("twice: " + line);
        }
    }
    if (family.type != "gauge" && sample.value < 0) {
        wrong("counts do not fall below 0: " + line);
    }
    family.samples[name].push_back(std::move(sample));
}

// Base units; a counter says that it is one, and nothing else does.
void Exposition::check_names() {
    for (const auto& [name, family] : families_) {
        if (!name.starts_with("teleclauded_")) {
            wrong(name + ": not of this program");
        }
        if (name.ends_with("_total") != (family.type == "counter")) {
            wrong(name + ": _total is the end of counters");
        }
        for (const char* unit : {"milliseconds", "_ms", "_us", "minutes", "kilobytes"}) {
            if (name.find(unit) != std::string::npos) {
                wrong(name + ": seconds and bytes are the units");
            }
        }
        const bool timed = name.find("duration") != std::string::npos ||
                           name.find("interval") != std::string::npos;
        if (timed && !name.ends_with("_seconds")) {
            wrong(name + ": a time without its unit");
        }
        if (!family.help.ends_with('.')) {
            wrong(name + ": HELP is a sentence");
        }
    }
}

void Exposition::check_histogram(const std::string& name, const Family& family) {
    std::map<Labels, std::pair<double, double>> last;  // le and count
    const auto buckets = family.samples.find(name + "_bucket");
    if (buckets != family.samples.end()) {
        for (const Sample& bucket : buckets->second) {
            bool good = bucket.labels.contains("le");
            const double le = good ? number(bucket.labels.at("le"), good) : 0;
            const auto [place, fresh] =
                last.emplace(series_of(bucket.labels), std::pair{le, bucket.value});
            if (!fresh) {
                good = good && le > place->second.first && bucket.value >= place->second.second;
                place->second = {le, bucket.value};
            }
            if (!good) {
                wrong(name + ": buckets rise, in bound and count");
            }
        }
    }
    for (const auto& [labels, bound] : last) {
        if (!std::isinf(bound.first) || value(name + "_count", labels) != bound.second ||
            value(name + "_sum", labels) < 0) {
            wrong(name + ": the last bucket is +Inf and holds _count, and there is a _sum");
        }
    }
}

double Exposition::value(const std::string& name, const Labels& labels) const {
    for (const auto& [unused, family] : families_) {
        const auto found = family.samples.find(name);
        if (found == family.samples.end()) {
            continue;
        }
        for (const Sample& sample : found->second) {
            if (sample.labels == labels) {
                return sample.value;
            }
        }
    }
    return -1;
}

}  // namespace enginebay::testing
