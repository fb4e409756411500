// SPDX-License-Identifier: BSL-1.0
// PluginHost: finds, verifies and loads plugins, and opens engines from them.
// Threads: any function from any thread.  Ownership: an object built in main, no singleton; every
// loaded plugin stays mapped for the life of the process, so engines may outlive the host.
#pragma once

#include <enginebay/capabilities.hpp>
#include <enginebay/config.hpp>
#include <enginebay/engine.hpp>
#include <enginebay/export.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay {

/// What a plugin's file says of itself.
struct PluginInfo {
    std::string name;
    std::string version;
    std::string licence;
    Location location{Location::file};
    std::uint32_t contract{0};
    Capabilities capabilities;
    std::vector<std::string> capability_list;  ///< as written, also names this build does not know
};

/// One candidate file and what the host makes of it.
struct PluginReport {
    PluginInfo info;  ///< as far as it could be read
    std::filesystem::path file;
    bool usable{false};
    std::string reason;   ///< why not; empty when usable
    std::string warning;  ///< usable, but somebody should look at it
};

class ENGINEBAY_API PluginHost {
public:
    /// Where plugins are looked for, first folder first. Relative folders are refused.
    explicit PluginHost(std::vector<std::filesystem::path> search_path);
    PluginHost(const PluginHost&) = delete;
    PluginHost& operator=(const PluginHost&) = delete;
    ~PluginHost();

    /// The usual order: `configured` (from the configuration, then the environment, as the program
    /// read them), `../lib/enginebay/plugins` beside the running program, the installed folder.
    static std::vector<std::filesystem::path> default_search_path(
        const std::vector<std::filesystem::path>& configured);

    /// The facts of the plugin `name`, loading it if it is not loaded. Throws Errc::plugin with a
    /// list of every candidate and why it was refused.
    PluginInfo load(std::string_view name);

    /// Loads the plugin that `config.engine` names and opens an engine. Throws Errc::plugin, and
    /// whatever the plugin's open throws; anything that is no Error becomes Errc::internal.
    std::unique_ptr<Engine> open(const DatabaseConfig& config);

    /// The plugins loaded by this host so far, with their warnings: nothing here writes a log.
    [[nodiscard]] std::vector<PluginReport> loaded() const;

    /// Every candidate on the search path, verified without being loaded.
    [[nodiscard]] std::vector<PluginReport> list() const;

    /// One file or name, verified, then really loaded in a child process, so that one that kills
    /// its process is reported and not felt.
    [[nodiscard]] PluginReport check(const std::filesystem::path& file_or_name) const;

    [[nodiscard]] const std::vector<std::filesystem::path>& search_path() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace enginebay
