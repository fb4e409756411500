// SPDX-License-Identifier: BSL-1.0
// OpenApi: docs/openapi.yaml, and whether an answer is what it says.
// Threads: one.
#pragma once

#include <Poco/Dynamic/Var.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace enginebay::testing {

std::filesystem::path docs();

class OpenApi {
public:
    using Names = std::set<std::string>;
    /// Path, method, status.
    using Case = std::tuple<std::string, std::string, int>;

    OpenApi();

    [[nodiscard]] YAML::Node resolved(const YAML::Node& node) const;
    [[nodiscard]] std::map<std::string, Names> methods() const;
    [[nodiscard]] YAML::Node operation(const std::string& path, const std::string& method) const;
    /// The names a schema has of its own, or gathers by allOf.
    [[nodiscard]] Names properties(const YAML::Node& schema) const;
    /// Every status that is written down, "default" left out.
    [[nodiscard]] std::set<Case> cases() const;
    /// What in this answer is not as the file says, a line each.
    [[nodiscard]] std::vector<std::string> objections(const Case& place,
                                                      const std::string& body) const;
    /// The path of the file that this one is an instance of; empty: none.
    [[nodiscard]] std::string pattern_of(const std::string& path) const;

private:
    struct Shape {
        std::map<std::string, YAML::Node> properties;
        Names required;
    };
    void gather(const YAML::Node& schema, Shape& shape) const;
    void check(const YAML::Node& schema, const Poco::Dynamic::Var& value, const std::string& where,
               std::vector<std::string>& objections) const;
    void check_object(const YAML::Node& schema, const Poco::Dynamic::Var& value,
                      const std::string& where, std::vector<std::string>& objections) const;
    YAML::Node root_;
};

}  // namespace enginebay::testing
