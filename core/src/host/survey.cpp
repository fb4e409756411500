// SPDX-License-Identifier: BSL-1.0
// PluginHost: lists what is there, and checks one candidate, without loading it here.
#include "host/probe.hpp"
#include "host/refusal.hpp"
#include "host/report.hpp"
#include "host/search.hpp"
#include "host/verify.hpp"

#include <enginebay/error.hpp>
#include <enginebay/plugin_host.hpp>

#include <map>
#include <utility>

namespace enginebay {
namespace fs = std::filesystem;
namespace {

PluginReport verified_report(const fs::path& file) {
    PluginReport report{{}, file, false, {}, {}};
    try {
        report.warning = host::verify(file, &report.info).warning;
        report.usable = true;
    } catch (const host::Refusal& refusal) {
        report.reason = refusal.what();
    }
    return report;
}

void warn_if_second(PluginReport& report, std::map<std::string, fs::path>& first) {
    const auto [taken, is_first] = first.emplace(report.info.name, report.file);
    if (!is_first) {
        report.warning += (report.warning.empty() ? "" : "; ") +
                          ("not used: " + taken->second.string() + " comes first");
    }
}

PluginReport probed_report(const fs::path& file) {
    PluginReport report{{}, file, false, {}, {}};
    try {
        const host::Verified verified = host::verify(file, &report.info);
        host::probe(verified);
        report.warning = verified.warning;
        report.usable = true;
    } catch (const host::Refusal& refusal) {
        report.reason = refusal.what();
    }
    return report;
}

/// The candidate that load() would take, or every one and why not.
PluginReport probed_by_name(const std::string& name, const std::vector<fs::path>& search_path) {
    PluginReport report{{}, name, false, {}, {}};
    std::string lines;
    for (const fs::path& folder : search_path) {
        const host::Candidate candidate = host::candidate(folder, name);
        if (!candidate.there) {
            lines += host::candidate_line(candidate.file, candidate.problem);
            continue;
        }
        report = probed_report(candidate.file);
        if (report.usable) {
            return report;
        }
        lines += host::candidate_line(candidate.file, report.reason);
    }
    report.reason = host::no_usable_plugin(name, lines, search_path);
    return report;
}

}  // namespace

std::vector<PluginReport> PluginHost::list() const {
    std::vector<PluginReport> reports;
    std::map<std::string, fs::path> first;
    for (const fs::path& path : impl_->search_path) {
        const host::Folder folder = host::read_folder(path);
        if (folder.exists && !folder.problem.empty()) {
            reports.push_back(
                {{}, path, false, "the folder cannot be read: " + folder.problem, {}});
        }
        for (const fs::path& file : folder.files) {
            PluginReport report = verified_report(file);
            if (report.usable) {
                warn_if_second(report, first);
            }
            reports.push_back(std::move(report));
        }
    }
    return reports;
}

PluginReport PluginHost::check(const fs::path& file_or_name) const {
    const std::string text = file_or_name.string();
    if (text.find('/') != std::string::npos || file_or_name.extension() == ".so") {
        return probed_report(fs::absolute(file_or_name));
    }
    try {
        host::require_plugin_name(text);
    } catch (const Error& error) {
        return {{}, file_or_name, false, error.what(), {}};
    }
    return probed_by_name(text, impl_->search_path);
}

}  // namespace enginebay
