// SPDX-License-Identifier: BSL-1.0
// What all backends of the tests share: choice, plugin host, configuration for programs.
#include "support/backend.hpp"

#include "support/backends.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace enginebay::testing {
namespace {

std::unique_ptr<Backend> make_backend() {
    const char* name = std::getenv("TELECLAUDE_DB_ENGINE");
    if (name == nullptr) {
        throw std::runtime_error(
            "TELECLAUDE_DB_ENGINE says which backend the tests run on; ctest sets it");
    }
    for (const BackendEntry& entry : backends()) {
        if (entry.name == name) {
            return entry.make();
        }
    }
    throw std::runtime_error(std::string{"the tests know no backend "} + name);
}

bool in_ci() {
    const char* ci = std::getenv("CI");
    return ci != nullptr && std::string_view{ci} == "true";
}

// A YAML text in single quotes.
std::string yaml_text(std::string_view text) {
    std::string result = "'";
    for (const char c : text) {
        result += c;
        if (c == '\'') {
            result += c;
        }
    }
    return result + "'";
}

}  // namespace

Backend::~Backend() = default;

PluginHost& plugin_host() {
    static PluginHost host{{build_path("ENGINEBAY_TEST_PLUGIN_DIR")}};
    return host;
}

std::filesystem::path build_path(const char* variable) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') {
        throw std::runtime_error(std::string{variable} + " is not set; ctest sets it");
    }
    return value;
}

std::filesystem::path program(const std::string& name) {
    return build_path("ENGINEBAY_TEST_BIN_DIR") / name;
}

TestDatabase::TestDatabase(DatabaseConfig config, std::shared_ptr<void> keeper)
    : config_{std::move(config)}, keeper_{std::move(keeper)} {}

std::unique_ptr<Engine> TestDatabase::engine() const { return plugin_host().open(config_); }

Environment TestDatabase::environment() const {
    Environment result{{"TELECLAUDE_DB_ENGINE", config_.engine}};
    const auto add = [&result](const char* name, const std::string& value) {
        if (!value.empty()) {
            result[name] = value;
        }
    };
    add("TELECLAUDE_DB_PATH", config_.path);
    add("TELECLAUDE_DB_HOST", config_.host);
    add("TELECLAUDE_DB_PORT", config_.port == 0 ? "" : std::to_string(config_.port));
    add("TELECLAUDE_DB_NAME", config_.dbname);
    add("TELECLAUDE_DB_USER", config_.user);
    add("TELECLAUDE_DB_PASSWORD", config_.password);
    return result;
}

std::string TestDatabase::yaml() const {
    std::string result = "database:\n  engine: " + config_.engine + "\n";
    const auto add = [&result](const char* key, const std::string& value) {
        if (!value.empty()) {
            result += std::string{"  "} + key + ": " + yaml_text(value) + "\n";
        }
    };
    add("path", config_.path);
    add("host", config_.host);
    if (config_.port != 0) {
        result += "  port: " + std::to_string(config_.port) + "\n";
    }
    add("dbname", config_.dbname);
    add("user", config_.user);
    add("password", config_.password);
    return result;
}

Backend& Backend::current() {
    static const std::unique_ptr<Backend> backend = make_backend();
    return *backend;
}

bool backend_is_there() {
    const std::string why = Backend::current().unavailable();
    if (why.empty()) {
        return true;
    }
    if (in_ci()) {
        ADD_FAILURE() << why;
    } else {
        [&] { GTEST_SKIP() << why; }();
    }
    return false;
}

void BackendTest::SetUp() { backend_is_there(); }

}  // namespace enginebay::testing
