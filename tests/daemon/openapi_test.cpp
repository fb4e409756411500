// SPDX-License-Identifier: BSL-1.0
// docs/openapi.yaml against the daemon: the same paths, methods, fields and parameters, and
// docs/api.md line by line.
#include "api/v1/v1.hpp"
#include "daemon/running_daemon.hpp"
#include "daemon/store_fixture.hpp"
#include "store/json_text.hpp"

#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

namespace enginebay::testing {
namespace {

using Names = std::set<std::string>;

const Names method_names{"get", "put", "post", "patch", "delete"};

std::filesystem::path docs() { return build_path("ENGINEBAY_TEST_SOURCE_DIR") / "docs"; }

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

class OpenApi {
public:
    OpenApi() : root_{YAML::LoadFile((docs() / "openapi.yaml").string())} {}

    [[nodiscard]] YAML::Node resolved(const YAML::Node& node) const {
        if (!node["$ref"]) {
            return node;
        }
        YAML::Node target = YAML::Clone(root_);
        std::istringstream path{node["$ref"].as<std::string>().substr(2)};
        for (std::string part; std::getline(path, part, '/');) {
            target = YAML::Clone(target[part]);
        }
        return target;
    }
    [[nodiscard]] std::map<std::string, Names> methods() const {
        std::map<std::string, Names> all;
        for (const auto& path : root_["paths"]) {
            for (const auto& entry : path.second) {
                if (method_names.contains(entry.first.as<std::string>())) {
                    all[path.first.as<std::string>()].insert(upper(entry.first.as<std::string>()));
                }
            }
        }
        return all;
    }
    [[nodiscard]] YAML::Node operation(const std::string& path, std::string method) const {
        std::transform(method.begin(), method.end(), method.begin(),
                       [](char c) { return static_cast<char>(std::tolower(c)); });
        return root_["paths"][path][method];
    }
    [[nodiscard]] Names properties(const YAML::Node& schema) const {
        Names names;
        for (const auto& property : resolved(schema)["properties"]) {
            names.insert(property.first.as<std::string>());
        }
        return names;
    }
    [[nodiscard]] Names schema(const std::string& name) const {
        return properties(root_["components"]["schemas"][name]);
    }

private:
    YAML::Node root_;
};

/// The names in "... (known: a, b)".
Names known_in(const std::string& message) {
    Names names;
    const std::size_t begin = message.find("(known: ");
    if (begin == std::string::npos) {
        return {"no list in: " + message};
    }
    std::istringstream list{message.substr(begin + 8, message.rfind(')') - begin - 8)};
    for (std::string name; std::getline(list, name, ',');) {
        name.erase(0, name.find_first_not_of(' '));
        if (!name.empty()) {
            names.insert(name);
        }
    }
    return names;
}

std::string message_of(const HttpAnswer& answer) {
    const auto object = teleclaude::parse_json_object(answer.body);
    const auto error = object ? object->getObject("error") : nullptr;
    return error ? error->optValue<std::string>("message", "") : answer.body;
}

Names keys_of(const HttpAnswer& answer) {
    const auto object = teleclaude::parse_json_object(answer.body);
    Names names;
    if (object) {
        const auto list = object->getNames();
        names.insert(list.begin(), list.end());
    }
    return names;
}

class OpenApiPaths : public StoreTest {};

TEST_F(OpenApiPaths, are_those_of_the_daemon) {
    std::map<std::string, Names> served{
        {"/health", {"GET"}}, {"/ready", {"GET"}}, {"/metrics", {"GET"}}};
    for (const teleclaude::Resource& resource : teleclaude::v1_resources(*store_)) {
        for (const auto& [method, unused] : resource.methods) {
            served[resource.path].insert(method);
        }
    }
    EXPECT_EQ(OpenApi{}.methods(), served);
}

class OpenApiTest : public BackendTest {};

TEST_F(OpenApiTest, names_the_fields_and_parameters_the_daemon_takes) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    const OpenApi file;
    for (const auto& [path, methods] : file.methods()) {
        const std::string place = std::regex_replace(path, std::regex{"\\{[a-z]+\\}"}, "none");
        for (const std::string& method : methods) {
            const YAML::Node operation = file.operation(path, method);
            if (operation["requestBody"]) {
                const HttpAnswer answer = home.request(place, method, R"({"zzz": 1})");
                EXPECT_EQ(answer.status, 400) << method << ' ' << path;
                EXPECT_EQ(known_in(message_of(answer)),
                          file.properties(
                              operation["requestBody"]["content"]["application/json"]["schema"]))
                    << method << ' ' << path;
            }
            if (operation["parameters"]) {
                Names parameters;
                for (const auto& parameter : operation["parameters"]) {
                    parameters.insert(parameter["name"].as<std::string>());
                }
                const HttpAnswer answer = home.request(place + "?zzz=1", method);
                EXPECT_EQ(answer.status, 400) << method << ' ' << path;
                EXPECT_EQ(known_in(message_of(answer)), parameters) << method << ' ' << path;
            }
        }
        EXPECT_EQ(home.request(place, "OPTIONS").status, 405) << path;
    }
    EXPECT_EQ(end(daemon), 0);
}

TEST_F(OpenApiTest, describes_what_the_daemon_answers) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    const OpenApi file;
    EXPECT_EQ(keys_of(home.request("/v1/sessions", "POST",
                                   R"({"session_id": "one", "computer_name": "x"})")),
              file.schema("Session"));
    EXPECT_EQ(keys_of(home.request("/v1/voices/one", "PUT", R"({"service_name": "s"})")),
              file.schema("Voice"));
    EXPECT_EQ(keys_of(home.request("/v1/settings/k", "PUT", R"({"value": "v"})")),
              file.schema("Setting"));
    EXPECT_EQ(keys_of(home.request("/v1/agents/a", "PUT", R"({"available": true})")),
              file.schema("Agent"));
    EXPECT_EQ(keys_of(home.request("/v1/memory", "POST", R"({"text": "t"})")), file.schema("Id"));
    EXPECT_EQ(end(daemon), 0);
}

/// Whether `said` is what the page shows: its "..." stands for anything.
bool shown(std::string page, const std::string& said) {
    static const std::regex special{R"([.^$|()\[\]{}*+?\\])"};
    page = std::regex_replace(page, special, R"(\$&)");
    std::size_t at = 0;
    while ((at = page.find(R"(\.\.\.)", at)) != std::string::npos) {
        page.replace(at, 6, "[^]*");
    }
    return std::regex_match(said, std::regex{page});
}

TEST_F(OpenApiTest, the_walk_through_is_true) {
    const TestDatabase database = create_database();
    DaemonHome home{database};
    ChildProcess daemon = home.launch_ready({"--socket", "teleclauded.sock"});
    std::istringstream page{read_file(docs() / "api.md")};
    int commands = 0;
    std::string line;
    bool more = static_cast<bool>(std::getline(page, line));
    while (more) {
        if (!line.starts_with("$ ")) {
            more = static_cast<bool>(std::getline(page, line));
            continue;
        }
        const std::string command = line.substr(2);
        std::string expected;
        while ((more = static_cast<bool>(std::getline(page, line))) && !line.starts_with("$ ") &&
               !line.starts_with("```")) {
            expected += line + '\n';
        }
        const RunResult result = run({"/bin/sh", "-c", command + " && echo"}, {},
                                     std::chrono::seconds{60}, home.folder());
        std::string said = result.out;
        while (said.ends_with("\n\n")) {
            said.pop_back();
        }
        EXPECT_EQ(result.exit_status, 0) << command << '\n' << result.err;
        EXPECT_TRUE(shown(expected, said == "\n" ? "" : said)) << command << "\nsaid:\n"
                                                               << said << "and not:\n"
                                                               << expected;
        ++commands;
    }
    EXPECT_GE(commands, 12);
    EXPECT_EQ(end(daemon), 0);
}

}  // namespace
}  // namespace enginebay::testing
