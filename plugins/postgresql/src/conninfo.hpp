// SPDX-License-Identifier: BSL-1.0
// Conninfo: the keys and values a connection is opened with, in both forms they are needed.
// Threads: plain values.  The password is in the parameter form only.
#pragma once

#include "options.hpp"

#include <enginebay/engine.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enginebay::postgresql {

/// A setting that a session begins with, and as it is read back.
struct SessionSetting {
    std::string name;
    std::string value;
};

/// What every session of this configuration is set to.
std::vector<SessionSetting> session_settings(const Options& options, Access access);

/// Key and value pairs for PQconnectdbParams, without the password.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// `settings` travel as start-up options, so that RESET comes back to them; empty: none are sent.
Parameters connection_parameters(const DatabaseConfig& config, const Options& options,
                                 const std::vector<SessionSetting>& settings);

/// The same as one string for Poco, which cuts it at spaces. The password is read by libpq from
/// `passfile`, where that is not empty.
std::string poco_connection_string(const Parameters& parameters, std::string_view passfile);

/// A password as libpq's passfile, in memory only and readable for this user only.
class Passfile {
public:
    /// An empty password makes no file: libpq's own ways (.pgpass, PGPASSWORD) stay open.
    explicit Passfile(std::string_view password);
    Passfile(const Passfile&) = delete;
    Passfile& operator=(const Passfile&) = delete;
    ~Passfile();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    int descriptor_{-1};
    std::string path_;
};

/// "localhost:5432/teleclaude", for messages.
std::string location_of(const DatabaseConfig& config);

}  // namespace enginebay::postgresql
