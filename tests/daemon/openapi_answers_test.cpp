// SPDX-License-Identifier: BSL-1.0
// Every answer that docs/openapi.yaml writes down is given, and none that it does not: status and
// body of each operation, in both directions.
#include "daemon/openapi_file.hpp"
#include "daemon/running_daemon.hpp"
#include "store/json_text.hpp"

#include <gmock/gmock.h>

#include <optional>

namespace enginebay::testing {
namespace {

using ::testing::IsEmpty;

class OpenApiAnswers : public BackendTest {
protected:
    /// Asks, holds the answer against the file, and notes what was seen.
    Poco::JSON::Object::Ptr ask(const std::string& method, const std::string& path, int status,
                                const std::string& body = {}) {
        const HttpAnswer answer = home_->request(path, method, body);
        EXPECT_EQ(answer.status, status) << method << ' ' << path << '\n' << answer.body;
        EXPECT_EQ(answer.retry_after.empty(), answer.status != 503) << path;
        const OpenApi::Case place{file_.pattern_of(path.substr(0, path.find('?'))), method,
                                  answer.status};
        EXPECT_THAT(file_.objections(place, answer.body), IsEmpty())
            << method << ' ' << path << ' ' << answer.status << '\n'
            << answer.body;
        seen_.insert(place);
        const auto object = teleclaude::parse_json_object(answer.body);
        return object ? object : Poco::JSON::Object::Ptr{new Poco::JSON::Object};
    }

    void watchers() {
        for (const char* path : {"/health", "/ready", "/metrics"}) {
            ask("GET", path, 200);
        }
    }
    void sessions() {
        ask("POST", "/v1/sessions", 201,
            R"({"session_id": "s", "computer_name": "x", "transcript_files": ["a"],
                "adapter_metadata": {"telegram": {"topic_id": 7}}})");
        ask("POST", "/v1/sessions", 409, R"({"session_id": "s", "computer_name": "x"})");
        ask("POST", "/v1/sessions", 400, "{");
        ask("GET", "/v1/sessions", 200);
        ask("GET", "/v1/sessions?limit=x", 400);
        ask("PATCH", "/v1/sessions/s", 200,
            R"({"title": "t", "last_activity": "2026-01-02T03:04:05Z", "relay_status": null})");
        ask("PATCH", "/v1/sessions/s", 400, R"({"title": 7})");
        ask("PATCH", "/v1/sessions/none", 404, R"({"title": "t"})");
        ask("GET", "/v1/sessions/s", 200);
        ask("GET", "/v1/sessions/none", 404);
        ask("GET", "/v1/sessions/s?what=x", 400);
        ask("POST", "/v1/sessions/s/close", 200);
        ask("POST", "/v1/sessions/none/close", 404);
        ask("POST", "/v1/sessions/s/close", 400, R"({"why": 1})");
    }
    void voices_and_settings() {
        ask("PUT", "/v1/voices/v", 200, R"({"service_name": "s", "voice": "x"})");
        ask("PUT", "/v1/voices/v", 400, "{}");
        ask("GET", "/v1/voices/v", 200);
        ask("GET", "/v1/voices/none", 404);
        ask("GET", "/v1/voices/v?x=1", 400);
        ask("POST", "/v1/sessions", 201, R"({"session_id": "v", "computer_name": "x"})");
        ask("GET", "/v1/voices", 200);
        ask("GET", "/v1/voices?x=1", 400);
        ask("PUT", "/v1/settings/k", 200, R"({"value": ""})");
        ask("PUT", "/v1/settings/k", 400, R"({"value": null})");
        ask("GET", "/v1/settings/k", 200);
        ask("GET", "/v1/settings/none", 404);
        ask("GET", "/v1/settings/k?x=1", 400);
        ask("GET", "/v1/settings", 200);
        ask("GET", "/v1/settings?x=1", 400);
    }
    void agents() {
        ask("PUT", "/v1/agents/a", 200,
            R"({"available": false, "unavailable_until": "2999-01-01T00:00:00Z"})");
        ask("PUT", "/v1/agents/a", 400, R"({"available": "no"})");
        ask("GET", "/v1/agents/a", 200);
        ask("GET", "/v1/agents/none", 404);
        ask("GET", "/v1/agents/a?x=1", 400);
        ask("GET", "/v1/agents", 200);
        ask("GET", "/v1/agents?x=1", 400);
    }
    void hooks() {
        ask("POST", "/v1/hooks", 201,
            R"({"session_id": "s", "event_type": "e", "payload": {"a": [null]}})");
        ask("POST", "/v1/hooks", 400, R"({"session_id": "s"})");
        ask("POST", "/v1/hooks/claim", 400, R"({"limit": 1001})");
        const auto claimed = ask("POST", "/v1/hooks/claim", 200)->getArray("hooks");
        ASSERT_TRUE(claimed && claimed->size() == 1);
        const std::string id = std::to_string(claimed->getObject(0)->getValue<std::int64_t>("id"));
        const std::string claim =
            R"({"claim": ")" + claimed->getObject(0)->getValue<std::string>("claim") + "\"}";
        const std::string other = R"({"claim": "2026-01-02T03:04:05.000000Z"})";
        for (const char* verb : {"/renew", "/failed", "/delivered"}) {
            ask("POST", "/v1/hooks/" + id + verb, 409, other);
            ask("POST", "/v1/hooks/" + id + verb, 400, R"({"claim": "soon"})");
        }
        const std::string renewed = ask("POST", "/v1/hooks/" + id + "/renew", 200, claim)
                                        ->optValue<std::string>("claim", "");
        ask("POST", "/v1/hooks/" + id + "/failed", 200, R"({"claim": ")" + renewed + "\"}");
        ask("POST", "/v1/hooks/" + id + "/delivered", 200);
        ask("POST", "/v1/hooks/4711/failed", 404);
        ask("POST", "/v1/hooks/4711/delivered", 404);
        ask("GET", "/v1/hooks/" + id, 200);
        ask("GET", "/v1/hooks/4711", 404);
        ask("GET", "/v1/hooks/" + id + "?x=1", 400);
    }
    void memory() {
        const auto id = ask("POST", "/v1/memory", 201,
                            R"({"text": "the cat sleeps", "facts": ["one"], "concepts": ["two"]})")
                            ->optValue<std::int64_t>("id", 0);
        const std::string path = "/v1/memory/" + std::to_string(id);
        ask("POST", "/v1/memory", 400, R"({"text": ""})");
        ask("GET", "/v1/memory", 200);
        ask("GET", "/v1/memory?ids=x", 400);
        ask("GET", "/v1/memory/search?q=cat", 200);
        ask("GET", "/v1/memory/search", 400);
        ask("GET", "/v1/memory/timeline?anchor=" + std::to_string(id), 200);
        ask("GET", "/v1/memory/timeline?anchor=4711", 404);
        ask("GET", "/v1/memory/timeline?anchor=1&before=x", 400);
        ask("GET", path, 200);
        ask("GET", "/v1/memory/4711", 404);
        ask("GET", path + "?x=1", 400);
        ask("DELETE", path + "?x=1", 400);
        ask("DELETE", path, 204);
        ask("DELETE", path, 404);
    }
    void deletions() {
        ask("DELETE", "/v1/sessions/s?x=1", 400);
        ask("DELETE", "/v1/sessions/s", 204);
        ask("DELETE", "/v1/sessions/s", 404);
    }

    OpenApi file_;
    std::optional<DaemonHome> home_;
    std::set<OpenApi::Case> seen_;
};

TEST_F(OpenApiAnswers, are_those_of_the_daemon_in_both_directions) {
    const TestDatabase database = create_database();
    home_.emplace(database);
    ChildProcess daemon = home_->launch_ready();
    watchers();
    sessions();
    voices_and_settings();
    agents();
    hooks();
    memory();
    deletions();
    for (const OpenApi::Case& place : file_.cases()) {
        const auto& [path, method, status] = place;
        // That the database is away is tested where it is.
        EXPECT_TRUE(status == 503 || seen_.contains(place))
            << method << ' ' << path << " never answered " << status;
    }
    EXPECT_EQ(end(daemon), 0);
}

}  // namespace
}  // namespace enginebay::testing
