// SPDX-License-Identifier: BSL-1.0
// enginebay config: every effective value and where it came from.
#include "commands.hpp"
#include "output.hpp"
#include "program.hpp"

#include <iostream>
#include <optional>

namespace enginebay::cli {
namespace {

/// How the configured plugin finds its data, as its file says; nothing where there is no such file.
std::optional<Location> location(Program& program) {
    for (const PluginReport& report : program.host().list()) {
        if (report.info.name == program.settings().database.engine) {
            return report.info.location;
        }
    }
    return std::nullopt;
}

/// A server has no use for the default path of a file: showing it would mislead.
bool matters(const Setting& setting, std::optional<Location> where) {
    return setting.key != "database.path" || setting.source != "default" ||
           where != Location::server;
}

void print(const Settings& settings, const std::string& url, std::optional<Location> where) {
    std::vector<std::vector<std::string>> rows;
    for (const Setting& setting : settings.origins) {
        if (matters(setting, where)) {
            rows.push_back({setting.key, setting.value, setting.source});
        }
    }
    print_table({"KEY", "VALUE", "SOURCE"}, rows);
    std::cout << "\nfile         " << (settings.file.empty() ? "none" : settings.file.string())
              << "\nWORKING_DIR  " << settings.working_dir.string() << "\nURL          "
              << (url.empty() ? "unknown: no such plugin" : url) << '\n';
}

Poco::JSON::Object to_json(const Settings& settings, const std::string& url,
                           std::optional<Location> where) {
    std::vector<Setting> shown = settings.origins;
    std::erase_if(shown, [&](const Setting& setting) { return !matters(setting, where); });
    const auto entry = [](const Setting& setting) {
        return json_object(
            {{"key", setting.key}, {"value", setting.value}, {"source", setting.source}});
    };
    return json_object({{"product", settings.database.product},
                        {"engine", settings.database.engine},
                        {"url", url.empty() ? Poco::Dynamic::Var{} : Poco::Dynamic::Var{url}},
                        {"file", settings.file.string()},
                        {"working_dir", settings.working_dir.string()},
                        {"settings", json_list(shown, entry)}});
}

int run(Program& program) {
    const Settings& settings = program.settings();
    const std::optional<Location> where = location(program);
    const std::string url = where ? settings.database.redacted_url(*where) : std::string{};
    if (program.json()) {
        print_json(to_json(settings, url, where));
    } else {
        print(settings, url, where);
    }
    return 0;
}

}  // namespace

void add_config(CLI::App& app, Chosen& chosen) {
    CLI::App* command = app.add_subcommand(
        "config", "Shows every value of the configuration and where it came from");
    command->footer(
        "Connects to nothing. Secrets show as ***.\n\nExample:\n"
        "  enginebay config --config /etc/" ENGINEBAY_DEFAULT_PRODUCT ".yml");
    command->callback([&chosen] { chosen.action = run; });
}

}  // namespace enginebay::cli
