// SPDX-License-Identifier: BSL-1.0
// Conninfo: what a connection is opened with.
#include "conninfo.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace enginebay::postgresql {
namespace {

std::string milliseconds(std::chrono::milliseconds value) { return std::to_string(value.count()); }

/// "-cname=value" pieces with tabs between them: Poco cuts the string at spaces only.
std::string startup_options(const std::vector<SessionSetting>& settings) {
    std::string options;
    for (const SessionSetting& setting : settings) {
        if (setting.name == "application_name") {
            continue;  // a key of its own, which poolers know
        }
        if (!options.empty()) {
            options += '\t';
        }
        options += fmt::format("-c{}={}", setting.name, setting.value);
    }
    return options;
}

}  // namespace

std::vector<SessionSetting> session_settings(const Options& options, Access access) {
    std::vector<SessionSetting> settings{
        {"application_name", options.application_name},
        {"TimeZone", "UTC"},
        {"statement_timeout", milliseconds(options.statement_timeout)},
        {"lock_timeout", milliseconds(options.lock_timeout)},
        {"idle_in_transaction_session_timeout", milliseconds(options.idle_in_transaction_timeout)},
        {"standard_conforming_strings", "on"},
        {"DateStyle", "ISO,YMD"},
        {"IntervalStyle", "iso_8601"},
        {"default_transaction_read_only", access == Access::read_only ? "on" : "off"}};
    if (!options.schema.empty()) {
        settings.push_back({"search_path", "\"" + options.schema + "\""});
    }
    return settings;
}

Parameters connection_parameters(const DatabaseConfig& config, const Options& options,
                                 const std::vector<SessionSetting>& settings) {
    Parameters parameters;
    const auto add = [&parameters](const char* key, std::string value) {
        if (!value.empty()) {
            parameters.emplace_back(key, std::move(value));
        }
    };
    add("host", config.host);
    add("port", config.port == 0 ? "" : std::to_string(config.port));
    add("dbname", config.dbname);
    add("user", config.user);
    add("connect_timeout", std::to_string(options.connect_timeout.count()));
    add("application_name", options.application_name);
    add("client_encoding", "UTF8");
    add("sslmode", options.sslmode);
    add("sslrootcert", options.sslrootcert);
    add("target_session_attrs", options.target_session_attrs);
    add("keepalives_idle", "30");
    add("keepalives_interval", "10");
    add("keepalives_count", "3");
    add("tcp_user_timeout", "60000");
    add("options", startup_options(settings));
    return parameters;
}

std::string poco_connection_string(const Parameters& parameters, std::string_view passfile) {
    std::string text;
    for (const auto& [key, value] : parameters) {
        text += key == "options" ? fmt::format("{}='{}' ", key, value)
                                 : fmt::format("{}={} ", key, value);
    }
    if (!passfile.empty()) {
        // The empty password keeps PGPASSWORD from coming before the passfile.
        text += fmt::format("passfile={} password=''", passfile);
    }
    return text;
}

Passfile::Passfile(std::string_view password) {
    if (password.empty()) {
        return;
    }
    std::string line = "*:*:*:*:";
    for (const char c : password) {
        if (c == ':' || c == '\\') {
            line += '\\';
        }
        line += c;
    }
    line += '\n';
    descriptor_ = ::memfd_create("passfile", MFD_CLOEXEC);
    // libpq ignores a passfile that the group or others may read.
    const bool written =
        descriptor_ >= 0 && ::fchmod(descriptor_, S_IRUSR | S_IWUSR) == 0 &&
        ::write(descriptor_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    const int error = errno;
    ::explicit_bzero(line.data(), line.size());
    if (!written) {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        throw Error{Errc::io, fmt::format("cannot hand the password to libpq through memory: {}",
                                          std::strerror(error))};
    }
    path_ = fmt::format("/proc/self/fd/{}", descriptor_);
}

Passfile::~Passfile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

std::string location_of(const DatabaseConfig& config) {
    const std::string host = config.host.empty() ? "(default host)" : config.host;
    const std::string port = config.port == 0 ? "" : fmt::format(":{}", config.port);
    const std::string& name = config.dbname.empty() ? config.user : config.dbname;
    return fmt::format("{}{}/{}", host, port, name);
}

}  // namespace enginebay::postgresql
