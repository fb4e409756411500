// SPDX-License-Identifier: BSL-1.0
// docs/openapi.yaml against the daemon: the same paths, methods, fields and parameters, and
// docs/api.md line by line.
#include "api/v1/v1.hpp"
#include "daemon/openapi_file.hpp"
#include "daemon/running_daemon.hpp"
#include "daemon/store_fixture.hpp"
#include "store/json_text.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

namespace enginebay::testing {
namespace {

using Names = OpenApi::Names;

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
