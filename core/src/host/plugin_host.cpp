// SPDX-License-Identifier: BSL-1.0
// PluginHost: puts the steps of loading together and keeps what is loaded.
#include <enginebay/plugin_host.hpp>

#include <enginebay/error.hpp>
#include <enginebay/plugin.hpp>

#include "host/load.hpp"
#include "host/name.hpp"
#include "host/probe.hpp"
#include "host/refusal.hpp"
#include "host/search.hpp"
#include "host/verify.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace enginebay {
namespace fs = std::filesystem;

struct PluginHost::Impl {
    struct Loaded {
        PluginReport report;
        const PluginDescriptor* descriptor{nullptr};
    };

    std::vector<fs::path> search_path;
    std::map<std::string, Loaded, std::less<>> loaded;  // guarded by host::loading()

    const Loaded& require(std::string_view name);
    [[nodiscard]] std::string nothing_found(std::string_view name, const std::string& lines) const;
};

namespace {

/// A refusal of several lines (a table) stands indented below its file.
std::string indented(std::string text) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 5) {
        text.replace(at, 1, "\n    ");
    }
    return text;
}

std::string line(const fs::path& file, const std::string& problem) {
    return "\n  " + file.string() + ": " + indented(problem);
}

void require_name(std::string_view name) {
    if (name.empty()) {
        throw Error{Errc::plugin, "no engine is named: set the configuration's engine to a plugin's name"};
    }
    if (!host::is_plugin_name(name)) {
        throw Error{Errc::plugin, "'" + host::printable(std::string{name}) +
                                      "' names no plugin: " + std::string{host::name_rule}};
    }
}

}  // namespace

std::string PluginHost::Impl::nothing_found(std::string_view name, const std::string& lines) const {
    std::set<std::string> names;
    for (const fs::path& folder : search_path) {
        for (const fs::path& file : host::read_folder(folder).files) {
            if (host::is_plugin_name(file.stem().string())) {
                names.insert(file.stem().string());
            }
        }
    }
    names.erase(std::string{name});
    std::string others;
    for (const std::string& other : names) {
        others += (others.empty() ? "" : ", ") + other;
    }
    return "no usable plugin '" + std::string{name} + "'. Looked at:" +
           (lines.empty() ? "\n  nothing: the search path is empty" : lines) +
           (others.empty() ? "\nNo other plugin is there either."
                           : "\nOther plugins there: " + others + ".") +
           " Install the plugin into one of these folders, or add its folder to plugins.path.";
}

const PluginHost::Impl::Loaded& PluginHost::Impl::require(std::string_view name) {
    require_name(name);
    const std::lock_guard lock{host::loading()};
    if (const auto found = loaded.find(name); found != loaded.end()) {
        return found->second;
    }
    std::string lines;
    for (const fs::path& folder : search_path) {
        const host::Candidate candidate = host::candidate(folder, name);
        if (!candidate.there) {
            lines += line(candidate.file, candidate.problem);
            continue;
        }
        try {
            const host::Verified verified = host::verify(candidate.file);
            const PluginDescriptor& descriptor = host::load(verified);
            // What was passed over on the way is worth knowing: it may be the one that was meant.
            Loaded entry{{verified.info, candidate.file, true, {}, verified.warning}, &descriptor};
            return loaded.emplace(name, std::move(entry)).first->second;
        } catch (const host::Refusal& refusal) {
            lines += line(candidate.file, refusal.what());
        }
    }
    throw Error{Errc::plugin, nothing_found(name, lines)};
}

PluginHost::PluginHost(std::vector<fs::path> search_path) : impl_{std::make_unique<Impl>()} {
    host::require_absolute(search_path);
    impl_->search_path = std::move(search_path);
}

PluginHost::~PluginHost() = default;

std::vector<fs::path> PluginHost::default_search_path(const std::vector<fs::path>& configured) {
    return host::usual_search_path(configured);
}

const std::vector<fs::path>& PluginHost::search_path() const noexcept { return impl_->search_path; }

PluginInfo PluginHost::load(std::string_view name) { return impl_->require(name).report.info; }

std::unique_ptr<Engine> PluginHost::open(const DatabaseConfig& config) {
    const Impl::Loaded& plugin = impl_->require(config.engine);
    const std::string who = "the plugin '" + config.engine + "' (" + plugin.report.file.string() + ")";
    std::unique_ptr<Engine> engine;
    try {
        engine = plugin.descriptor->open(config);
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw Error{Errc::internal, who + " threw something foreign while opening an engine: " +
                                        error.what() + ". Report it to the plugin's author."};
    } catch (...) {
        throw Error{Errc::internal, who + " threw something that is no exception while opening an "
                                          "engine. Report it to the plugin's author."};
    }
    if (!engine) {
        throw Error{Errc::plugin,
                    who + " opened no engine and gave no reason. Report it to the plugin's author."};
    }
    return engine;
}

std::vector<PluginReport> PluginHost::loaded() const {
    const std::lock_guard lock{host::loading()};
    std::vector<PluginReport> reports;
    for (const auto& [name, entry] : impl_->loaded) {
        reports.push_back(entry.report);
    }
    return reports;
}

std::vector<PluginReport> PluginHost::list() const {
    std::vector<PluginReport> reports;
    std::map<std::string, fs::path> first;
    for (const fs::path& path : impl_->search_path) {
        const host::Folder folder = host::read_folder(path);
        if (folder.exists && !folder.problem.empty()) {
            reports.push_back({{}, path, false, "the folder cannot be read: " + folder.problem, {}});
        }
        for (const fs::path& file : folder.files) {
            PluginReport report{{}, file, false, {}, {}};
            try {
                report.warning = host::verify(file, &report.info).warning;
                report.usable = true;
                const auto [before, is_first] = first.emplace(report.info.name, file);
                if (!is_first) {
                    report.warning += (report.warning.empty() ? "" : "; ") +
                                      ("not used: " + before->second.string() + " comes first");
                }
            } catch (const host::Refusal& refusal) {
                report.reason = refusal.what();
            }
            reports.push_back(std::move(report));
        }
    }
    return reports;
}

PluginReport PluginHost::check(const fs::path& file_or_name) const {
    const std::string name = file_or_name.string();
    const bool is_file = name.find('/') != std::string::npos || file_or_name.extension() == ".so";
    std::vector<fs::path> files;
    PluginReport report{{}, file_or_name, false, {}, {}};
    std::string lines;
    if (is_file) {
        files.push_back(fs::absolute(file_or_name));
    } else {
        try {
            require_name(name);
        } catch (const Error& error) {
            report.reason = error.what();
            return report;
        }
        for (const fs::path& folder : impl_->search_path) {
            const host::Candidate candidate = host::candidate(folder, name);
            if (candidate.there) {
                files.push_back(candidate.file);
            } else {
                lines += line(candidate.file, candidate.problem);
            }
        }
    }
    for (const fs::path& file : files) {
        report.file = file;
        try {
            const host::Verified verified = host::verify(file, &report.info);
            host::probe(verified);
            report.warning = verified.warning;
            report.usable = true;
            return report;
        } catch (const host::Refusal& refusal) {
            lines += line(file, refusal.what());
            report.reason = refusal.what();
        }
    }
    if (!is_file) {
        report.reason = impl_->nothing_found(name, lines);
    }
    return report;
}

}  // namespace enginebay
