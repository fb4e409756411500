// SPDX-License-Identifier: BSL-1.0
// Lines `key value`; a line break or percent sign in a value is written %0a, %25.
#include "worker_config.hpp"

#include <sstream>

namespace enginebay::conformance {
namespace {

std::string escaped(std::string_view value) {
    std::string result;
    for (const char c : value) {
        if (c == '\n') {
            result += "%0a";
        } else if (c == '%') {
            result += "%25";
        } else {
            result += c;
        }
    }
    return result;
}

std::string unescaped(std::string_view value) {
    std::string result;
    for (std::size_t at = 0; at < value.size(); ++at) {
        if (value[at] != '%') {
            result += value[at];
            continue;
        }
        result += value.substr(at + 1, 2) == "0a" ? '\n' : '%';
        at += 2;
    }
    return result;
}

constexpr std::string_view option_prefix = "option.";

void set(WorkerConfig& config, const std::string& key, const std::string& value) {
    DatabaseConfig& database = config.database;
    if (key == "engine") {
        database.engine = value;
    } else if (key == "product") {
        database.product = value;
    } else if (key == "path") {
        database.path = value;
    } else if (key == "host") {
        database.host = value;
    } else if (key == "port") {
        database.port = static_cast<std::uint16_t>(std::stoul(value));
    } else if (key == "dbname") {
        database.dbname = value;
    } else if (key == "user") {
        database.user = value;
    } else if (key == "password") {
        database.password = value;
    } else if (key == "plugins") {
        config.plugin_path.emplace_back(value);
    } else if (key.starts_with(option_prefix)) {
        database.options[key.substr(option_prefix.size())] = value;
    }
}

}  // namespace

std::string encode(const WorkerConfig& config) {
    const DatabaseConfig& database = config.database;
    std::string result;
    const auto line = [&result](const std::string& key, std::string_view value) {
        result += key + " " + escaped(value) + "\n";
    };
    line("engine", database.engine);
    line("product", database.product);
    line("path", database.path);
    line("host", database.host);
    line("port", std::to_string(database.port));
    line("dbname", database.dbname);
    line("user", database.user);
    line("password", database.password);
    for (const auto& [key, value] : database.options) {
        line(std::string{option_prefix} + key, value);
    }
    for (const std::filesystem::path& folder : config.plugin_path) {
        line("plugins", folder.string());
    }
    return result;
}

WorkerConfig decode(std::string_view text) {
    WorkerConfig config;
    std::istringstream lines{std::string{text}};
    for (std::string line; std::getline(lines, line);) {
        const std::size_t space = line.find(' ');
        set(config, line.substr(0, space), unescaped(std::string_view{line}.substr(space + 1)));
    }
    return config;
}

}  // namespace enginebay::conformance
