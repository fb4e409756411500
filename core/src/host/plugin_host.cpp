// SPDX-License-Identifier: BSL-1.0
// PluginHost: loads plugins and opens engines.
#include "host/load.hpp"
#include "host/refusal.hpp"
#include "host/report.hpp"
#include "host/search.hpp"
#include "host/verify.hpp"

#include <enginebay/error.hpp>
#include <enginebay/plugin_host.hpp>

#include <utility>

namespace enginebay {
namespace fs = std::filesystem;

const PluginHost::Impl::Loaded& PluginHost::Impl::require(std::string_view name) {
    host::require_plugin_name(name);
    const std::lock_guard lock{host::loading()};
    if (const auto found = loaded.find(name); found != loaded.end()) {
        return found->second;
    }
    std::string lines;
    std::string passed_over;
    for (const fs::path& folder : search_path) {
        const host::Candidate candidate = host::candidate(folder, name);
        if (!candidate.there) {
            lines += host::candidate_line(candidate.file, candidate.problem);
            continue;
        }
        try {
            host::Verified verified = host::verify(candidate.file);
            const PluginDescriptor& descriptor = host::load(verified);
            // What was passed over on the way may be the one that was meant.
            if (!passed_over.empty()) {
                verified.warning += (verified.warning.empty() ? "" : "; ") +
                                    ("candidates before it were refused:" + passed_over);
            }
            Loaded entry{{verified.info, candidate.file, true, {}, verified.warning}, &descriptor};
            return loaded.emplace(name, std::move(entry)).first->second;
        } catch (const host::Refusal& refusal) {
            lines += host::candidate_line(candidate.file, refusal.what());
            passed_over += host::candidate_line(candidate.file, refusal.what());
        }
    }
    throw Error{Errc::plugin, host::no_usable_plugin(name, lines, search_path)};
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
    const std::string who =
        "the plugin '" + config.engine + "' (" + plugin.report.file.string() + ")";
    const std::string whom = " Report it to the plugin's author.";
    std::unique_ptr<Engine> engine;
    try {
        engine = plugin.descriptor->open(config);
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw Error{Errc::internal, who + " threw a foreign exception while it opened an engine: " +
                                        error.what() + "." + whom};
    } catch (...) {
        throw Error{Errc::internal,
                    who + " threw something unknown while it opened an engine." + whom};
    }
    if (!engine) {
        throw Error{Errc::plugin, who + " opened no engine and gave no reason." + whom};
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

}  // namespace enginebay
