// SPDX-License-Identifier: BSL-1.0
// DatabaseConfig's two URLs.
#include <enginebay/config.hpp>

#include <string_view>

namespace enginebay {
namespace {

bool is_plain(char c, bool path) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~' || (path && c == '/');
}

std::string percent_encoded(std::string_view text, bool path = false) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (is_plain(c, path)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 0xfU];
    }
    return out;
}

std::string server_url(const DatabaseConfig& config, std::string_view password) {
    std::string out = config.engine + "://";
    if (!config.user.empty()) {
        out += percent_encoded(config.user);
        if (!password.empty()) {
            out += ':';
            out += password;
        }
        out += '@';
    }
    out += percent_encoded(config.host);
    if (config.port != 0) {
        out += ':' + std::to_string(config.port);
    }
    return out + '/' + percent_encoded(config.dbname);
}

}  // namespace

std::string DatabaseConfig::url(Location location) const {
    if (location == Location::file) {
        return engine + ":///" + percent_encoded(path, true);
    }
    return server_url(*this, percent_encoded(password));
}

std::string DatabaseConfig::redacted_url(Location location) const {
    if (location == Location::file) {
        return url(location);
    }
    return server_url(*this, password.empty() ? "" : "***");
}

}  // namespace enginebay
