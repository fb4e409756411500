// SPDX-License-Identifier: BSL-1.0
// The resources under /v1, asked over the socket of a running daemon.
#include "daemon/raw_socket.hpp"
#include "daemon/running_daemon.hpp"
#include "store/json_text.hpp"

#include <Poco/JSON/Array.h>
#include <gmock/gmock.h>

#include <chrono>
#include <optional>

namespace enginebay::testing {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ApiTest : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        if (IsSkipped() || HasFailure()) {
            return;
        }
        database_.emplace(create_database());
        home_.emplace(*database_);
        daemon_.emplace(home_->launch_ready());
    }
    void TearDown() override {
        if (daemon_) {
            EXPECT_EQ(end(*daemon_), 0);
        }
    }

    /// The answer's object; its status must be `status`.
    Object::Ptr ask(const std::string& method, const std::string& path, int status,
                    const std::string& body = {}) {
        const HttpAnswer answer = home_->request(path, method, body);
        EXPECT_EQ(answer.status, status) << method << ' ' << path << '\n' << answer.body;
        Object::Ptr object = teleclaude::parse_json_object(answer.body);
        return object ? object : Object::Ptr{new Object};
    }
    /// The message of an error.
    std::string refused(const std::string& method, const std::string& path, int status,
                        const std::string& body = {}) {
        const Object::Ptr error = ask(method, path, status, body)->getObject("error");
        return error ? error->optValue<std::string>("message", "") : "no error object";
    }
    std::int64_t enqueue(const std::string& payload) {
        return ask("POST", "/v1/hooks", 201,
                   R"({"session_id": "s", "event_type": "stop", "payload": )" + payload + "}")
            ->optValue<std::int64_t>("id", 0);
    }

    std::optional<TestDatabase> database_;
    std::optional<DaemonHome> home_;
    std::optional<ChildProcess> daemon_;
};

TEST_F(ApiTest, a_session_lives_and_dies) {
    const auto made = ask("POST", "/v1/sessions", 201,
                          R"({"session_id": "one", "computer_name": "here", "title": "T",
                              "adapter_metadata": {"telegram": {"topic_id": 7}},
                              "initiated_by_ai": true, "char_offset": 3})");
    EXPECT_EQ(made->optValue<std::string>("session_id", ""), "one");
    EXPECT_EQ(made->getObject("adapter_metadata")->getObject("telegram")->getValue<int>("topic_id"),
              7);
    EXPECT_TRUE(made->optValue("initiated_by_ai", false));
    EXPECT_EQ(made->optValue("char_offset", 0), 3);
    EXPECT_THAT(made->optValue<std::string>("created_at", ""), HasSubstr("T"));
    EXPECT_EQ(made->size(), 43U);
    EXPECT_EQ(ask("GET", "/v1/sessions/one", 200)->optValue<std::string>("title", ""), "T");
    const auto changed = ask("PATCH", "/v1/sessions/one", 200,
                             R"({"title": "ü", "description": "d", "transcript_files": ["/a"],
                                 "last_activity": "2026-01-02T03:04:05+00:00"})");
    EXPECT_EQ(changed->optValue<std::string>("title", ""), "\xc3\xbc");
    EXPECT_EQ(changed->getArray("transcript_files")->size(), 1U);
    EXPECT_EQ(changed->optValue<std::string>("last_activity", ""), "2026-01-02T03:04:05.000000Z");
    EXPECT_TRUE(ask("PATCH", "/v1/sessions/one", 200, R"({"description": null})")
                    ->get("description")
                    .isEmpty());
    EXPECT_EQ(
        ask("POST", "/v1/sessions/one/close", 200)->optValue<std::string>("lifecycle_status", ""),
        "closed");
    ask("POST", "/v1/sessions/one/close", 200);
    ask("DELETE", "/v1/sessions/one", 204);
    ask("DELETE", "/v1/sessions/one", 404);
    EXPECT_THAT(refused("GET", "/v1/sessions/one", 404), HasSubstr("'one'"));
    ask("PATCH", "/v1/sessions/one", 404, R"({"title": "x"})");
    ask("POST", "/v1/sessions/one/close", 404);
    EXPECT_TRUE(daemon_->wait_for_line("POST /v1/sessions 201 (uid ", patience));
}

TEST_F(ApiTest, sessions_are_listed_with_filters) {
    ask("POST", "/v1/sessions", 201, R"({"session_id": "a/ b?", "computer_name": "x"})");
    ask("POST", "/v1/sessions", 201,
        R"({"session_id": "h", "computer_name": "y", "lifecycle_status": "headless",
            "adapter_metadata": {"redis": {"channel_id": "c"}}})");
    const auto count = [this](const std::string& query) {
        const auto list = ask("GET", "/v1/sessions" + query, 200)->getArray("sessions");
        return list ? static_cast<int>(list->size()) : -1;
    };
    EXPECT_EQ(count(""), 1);
    EXPECT_EQ(count("?include_headless=true"), 2);
    EXPECT_EQ(count("?include_headless=1&computer_name=y"), 1);
    EXPECT_EQ(count("?include_headless=true&limit=1"), 1);
    EXPECT_EQ(count("?title=%5BX%5D"), 1);
    EXPECT_EQ(count("?adapter=redis&key=channel_id&value=c"), 1);
    EXPECT_EQ(count("?adapter=redis&key=channel_id&value=d"), 0);
    EXPECT_THAT(refused("GET", "/v1/sessions?nope=1", 400), HasSubstr("unknown parameter 'nope'"));
    EXPECT_THAT(refused("GET", "/v1/sessions?include_closed=maybe", 400),
                HasSubstr("true or false"));
    EXPECT_THAT(refused("GET", "/v1/sessions?limit=-1", 400), HasSubstr("'limit'"));
    EXPECT_EQ(ask("GET", "/v1/sessions/a%2F%20b%3F", 200)->optValue<std::string>("session_id", ""),
              "a/ b?");
    refused("GET", "/v1/sessions/%zz", 400);
}

TEST_F(ApiTest, a_bad_body_is_refused_with_the_reason) {
    const auto create = [this](const std::string& body) {
        return refused("POST", "/v1/sessions", 400, body);
    };
    EXPECT_THAT(create("{broken"), HasSubstr("not JSON"));
    EXPECT_THAT(create("[1]"), HasSubstr("must be a JSON object"));
    EXPECT_THAT(create("{} {}"), HasSubstr("not JSON"));
    EXPECT_THAT(create("\"\xff\""), HasSubstr("not JSON"));
    EXPECT_THAT(create(""), HasSubstr("'computer_name' is missing"));
    EXPECT_THAT(create(R"({"computer_name": 7})"), HasSubstr("'computer_name': text is meant"));
    EXPECT_THAT(create(R"({"computer_name": "x", "tilte": "y"})"), HasSubstr("field 'tilte'"));
    EXPECT_THAT(create(R"({"computer_name": "x", "created_at": "soon"})"), HasSubstr("created_at"));
    EXPECT_THAT(create(R"({"computer_name": "x", "title": "a\u0000b"})"), Not(HasSubstr("none")));
    EXPECT_THAT(create(R"({"computer_name": "x", "char_offset": 1.5})"), HasSubstr("char_offset"));
    EXPECT_THAT(create(R"({"computer_name": "x", "char_offset": 9223372036854775808})"),
                HasSubstr("char_offset"));
    EXPECT_THAT(create(std::string(200'000, '[')), HasSubstr("not JSON"));
    ask("POST", "/v1/sessions", 201, R"({"session_id": "one", "computer_name": "x"})");
    refused("POST", "/v1/sessions", 409, R"({"session_id": "one", "computer_name": "x"})");
    EXPECT_THAT(refused("PATCH", "/v1/sessions/one", 400, R"({"session_id": "two"})"),
                HasSubstr("cannot be changed"));
}

TEST_F(ApiTest, voices_settings_and_agents) {
    ask("GET", "/v1/voices/one", 404);
    ask("PUT", "/v1/voices/one", 200, R"({"service_name": "s", "voice": "v"})");
    EXPECT_EQ(ask("GET", "/v1/voices/one", 200)->optValue<std::string>("voice", ""), "v");
    EXPECT_EQ(ask("GET", "/v1/voices", 200)->getArray("voices")->size(), 0U);
    refused("PUT", "/v1/voices/one", 400, "{}");
    ask("GET", "/v1/settings/k", 404);
    ask("PUT", "/v1/settings/k", 200, R"({"value": ""})");
    EXPECT_EQ(ask("GET", "/v1/settings/k", 200)->optValue<std::string>("value", "?"), "");
    refused("PUT", "/v1/settings/k", 400, R"({"value": 7})");
    EXPECT_EQ(ask("GET", "/v1/settings", 200)->getArray("settings")->size(), 1U);
    ask("GET", "/v1/agents/claude", 404);
    EXPECT_EQ(ask("PUT", "/v1/agents/claude", 200,
                  R"({"available": false, "unavailable_until": "2999-01-01T00:00:00Z"})")
                  ->optValue<std::string>("status", ""),
              "unavailable");
    EXPECT_EQ(ask("PUT", "/v1/agents/claude", 200, R"({"available": true, "reason": "slow"})")
                  ->optValue<std::string>("status", ""),
              "degraded");
    EXPECT_EQ(ask("PUT", "/v1/agents/claude", 200, R"({"available": true})")
                  ->optValue<std::string>("status", ""),
              "available");
    EXPECT_EQ(ask("GET", "/v1/agents", 200)->getArray("agents")->size(), 1U);
    refused("PUT", "/v1/agents/claude", 400, R"({"reason": "x"})");
}

TEST_F(ApiTest, hooks_are_enqueued_claimed_and_marked) {
    const std::int64_t first = enqueue(R"({"a": [1, "ü", null, true, 1.5]})");
    const std::int64_t second = enqueue("\"text\"");
    EXPECT_LT(first, second);
    const auto hooks = ask("POST", "/v1/hooks/claim", 200, R"({"limit": 5})")->getArray("hooks");
    ASSERT_EQ(hooks->size(), 2U);
    const auto hook = hooks->getObject(0);
    EXPECT_EQ(hook->getValue<std::int64_t>("id"), first);
    EXPECT_EQ(hook->getValue<std::string>("session_id"), "s");
    EXPECT_EQ(hook->getValue<std::string>("event_type"), "stop");
    EXPECT_EQ(hook->getValue<int>("attempt_count"), 0);
    EXPECT_EQ(hook->getObject("payload")->getArray("a")->size(), 5U);
    EXPECT_EQ(hooks->getObject(1)->getValue<std::string>("payload"), "text");
    EXPECT_EQ(ask("POST", "/v1/hooks/claim", 200)->getArray("hooks")->size(), 0U);
    const std::string path = "/v1/hooks/" + std::to_string(first);
    const std::string claim = hook->getValue<std::string>("claim");
    const std::string renewed = ask("POST", path + "/renew", 200, R"({"claim": ")" + claim + "\"}")
                                    ->optValue<std::string>("claim", "");
    refused("POST", path + "/delivered", 409, R"({"claim": ")" + claim + "\"}");
    ask("POST", path + "/delivered", 200, R"({"claim": ")" + renewed + "\"}");
    ask("POST", path + "/delivered", 200, R"({"claim": ")" + renewed + "\"}");
    refused("POST", path + "/failed", 409, R"({"error": "late"})");
    const std::string other = "/v1/hooks/" + std::to_string(second);
    ask("POST", other + "/failed", 200, R"({"error": "down"})");
    const auto row = ask("GET", other, 200);
    EXPECT_EQ(row->optValue("attempt_count", 0), 1);
    EXPECT_EQ(row->optValue<std::string>("last_error", ""), "down");
    for (const char* unknown : {"/v1/hooks/4711/delivered", "/v1/hooks/x/failed"}) {
        refused("POST", unknown, 404);
    }
    refused("POST", "/v1/hooks/claim", 400, R"({"limit": 0})");
    refused("POST", "/v1/hooks/claim", 400, R"({"limit": "5"})");
    refused("POST", "/v1/hooks", 400, R"({"session_id": "s", "event_type": "e"})");
}

TEST_F(ApiTest, memory_is_saved_searched_and_lined_up) {
    const auto save = [this](const std::string& text) {
        return ask("POST", "/v1/memory", 201,
                   R"({"project": "p", "facts": ["one"], "text": ")" + text + "\"}")
            ->optValue<std::int64_t>("id", 0);
    };
    const std::int64_t first = save("the cat sleeps");
    const std::int64_t second = save("the dog sleeps");
    const auto found = [this](const std::string& query) {
        const auto list = ask("GET", "/v1/memory" + query, 200)->getArray("observations");
        return list ? static_cast<int>(list->size()) : -1;
    };
    EXPECT_EQ(found("/search?q=sleeps"), 2);
    EXPECT_EQ(found("/search?q=sleeps+the&project=p"), 2);
    EXPECT_EQ(found("/search?q=sleeps+cat&project=p"), 1);
    EXPECT_EQ(found("/search?q=%22%28"), 0);
    EXPECT_EQ(found("?project=p"), 2);
    EXPECT_EQ(found("?ids=" + std::to_string(first) + ",4711"), 1);
    EXPECT_EQ(found("/timeline?anchor=" + std::to_string(second)), 2);
    const auto one = ask("GET", "/v1/memory/" + std::to_string(first), 200);
    EXPECT_EQ(one->optValue<std::string>("narrative", ""), "the cat sleeps");
    EXPECT_EQ(one->getArray("facts")->size(), 1U);
    refused("GET", "/v1/memory/timeline?anchor=4711", 404);
    refused("GET", "/v1/memory/search", 400);
    EXPECT_THAT(refused("GET", "/v1/memory/search?q=a%00b", 400), HasSubstr("NUL"));
    EXPECT_THAT(refused("GET", "/v1/settings/a%00b", 400), HasSubstr("NUL"));
    EXPECT_THAT(refused("POST", "/v1/memory", 400, R"({"text": "x", "type": "nonsense"})"),
                HasSubstr("preference"));
    ask("DELETE", "/v1/memory/" + std::to_string(first), 204);
    ask("DELETE", "/v1/memory/" + std::to_string(first), 404);
    EXPECT_EQ(found("/search?q=sleeps"), 1);
}

TEST_F(ApiTest, what_is_no_http_is_answered_as_json) {
    const auto send = [this](std::string_view request) {
        Socket socket;
        EXPECT_TRUE(socket.connect(home_->socket()) && socket.send(request));
        return socket.read_answer();
    };
    const auto refusal = [&send](std::string_view request, const std::string& status) {
        const std::string answer = send(request);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + status + " ")) << request;
        EXPECT_THAT(answer, HasSubstr("Content-Type: application/json")) << request;
        EXPECT_THAT(answer, HasSubstr(R"({"error":{"code":)")) << request;
    };
    refusal("nonsense\r\n\r\n", "400");
    refusal("GET\r\n\r\n", "400");
    refusal("GET health HTTP/1.1\r\n\r\n", "400");
    refusal("GET /health HTTP/2.0\r\n\r\n", "505");
    refusal("POST /v1/hooks HTTP/1.1\r\nContent-Length: abc\r\n\r\n", "400");
    refusal("POST /v1/hooks HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400");
    refusal("POST /v1/hooks HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", "400");
    refusal("POST /v1/hooks HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
            "400");
    refusal("POST /v1/hooks HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "501");
    refusal("GET /health HTTP/1.1\r\nno colon here\r\n\r\n", "400");
    refusal("GET /health HTTP/1.1\r\nX: " + std::string(9'000, 'x') + "\r\n\r\n", "431");
    refusal("GET /health HTTP/1.1\r\nX: " + std::string(20'000, 'x'), "431");
    refusal("POST /v1/hooks HTTP/1.1\r\nContent-Length: 10000000\r\n\r\n", "413");
    refusal("TRACE /health HTTP/1.1\r\n\r\n", "405");
    const std::string chunked = send(
        "POST /v1/memory HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        "e\r\n{\"text\": \"hey\"\r\n1\r\n}\r\n0\r\n\r\n");
    EXPECT_THAT(chunked, StartsWith("HTTP/1.1 201 "));
    refusal("GET /health HTTP/1.1\r\nX: a\x01\r\n\r\n", "400");
}

// The HTTP library takes them for the end of the body: a mark without its claim would be made.
TEST_F(ApiTest, chunks_that_are_malformed_or_break_off_are_no_request) {
    const std::int64_t id = enqueue("1");
    const std::string head = "POST /v1/hooks/" + std::to_string(id) +
                             "/delivered HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string body :
         {"", "5\r\n{\"cl", "2\r\n{}", "2\r\n{}\r\n", "zz\r\n{}\r\n0\r\n\r\n",
          "-2\r\n{}\r\n0\r\n\r\n", "\r\n0\r\n\r\n", "1\r\n{}\r\n0\r\n\r\n", "2\r\n{}0\r\n\r\n",
          "ffffffffffffffff\r\n{}\r\n0\r\n\r\n"}) {
        Socket socket;
        ASSERT_TRUE(socket.connect(home_->socket()) && socket.send(head + body));
        socket.end_sending();
        EXPECT_THAT(socket.read_answer(), StartsWith("HTTP/1.1 400 ")) << body;
    }
    EXPECT_TRUE(ask("GET", "/v1/hooks/" + std::to_string(id), 200)->get("delivered_at").isEmpty());
    for (const std::string body : {"0\r\n\r\n", "1\r\n{\r\n1;x=y\r\n}\r\n00\r\nX: y\r\n\r\n"}) {
        Socket socket;
        ASSERT_TRUE(socket.connect(home_->socket()) && socket.send(head + body));
        EXPECT_THAT(socket.read_answer(), StartsWith("HTTP/1.1 200 ")) << body;
    }
}

TEST_F(ApiTest, whoever_stops_in_the_middle_of_the_head_is_let_go) {
    Socket socket;
    ASSERT_TRUE(socket.connect(home_->socket()) && socket.send("GET /health HTTP/1.1\r\n"));
    socket.end_sending();
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(socket.read_some(), "");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{4});
    Socket whole;  // but not who has said all there is to say
    ASSERT_TRUE(whole.connect(home_->socket()) && whole.send("GET /health HTTP/1.1\r\n\r\n"));
    whole.end_sending();
    EXPECT_THAT(whole.read_answer(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ApiTest, head_is_get_without_the_body) {
    Socket socket;
    ASSERT_TRUE(socket.connect(home_->socket()) && socket.send("HEAD /health HTTP/1.1\r\n\r\n"));
    const std::string answer = socket.read_answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(answer, HasSubstr("Content-Length: "));
    EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(ApiTest, a_long_body_gets_its_answer) {
    const HttpAnswer answer =
        home_->request("/v1/hooks", "POST", std::string(std::size_t{10} * 1024 * 1024, ' '));
    EXPECT_EQ(answer.status, 413);
    const std::string text(std::size_t{4} * 1024 * 1024, 'x');
    EXPECT_EQ(home_->request("/v1/memory", "POST", R"({"text": ")" + text + "\"}").status, 201);
}

TEST_F(ApiTest, the_daemon_tells_its_numbers) {
    ask("POST", "/v1/sessions", 201, R"({"session_id": "a", "computer_name": "x"})");
    ask("GET", "/v1/sessions/a", 200);
    ask("GET", "/v1/sessions/b", 404);
    ask("GET", "/made/up", 404);
    const HttpAnswer answer = home_->request("/metrics");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.content_type, StartsWith("text/plain; version=0.0.4"));
    for (const char* line : {
             "teleclauded_lock_held 1\n",
             "teleclauded_pool_sessions{state=\"idle\"} ",
             "teleclauded_store_duration_seconds_count{kind=\"write\"} 1\n",
             "teleclauded_loop_runs_total{loop=\"checkpoint\"} 0\n",
             "teleclauded_http_requests_total{method=\"GET\",route=\"/v1/sessions/{id}\","
             "status=\"404\"} 1\n",
             "teleclauded_http_requests_total{method=\"other\",route=\"none\",status=\"404\"} 1\n",
             "teleclauded_http_request_duration_seconds_bucket{method=\"POST\",route=\"/v1/"
             "sessions\","
             "le=\"+Inf\"} 1\n",
         }) {
        EXPECT_THAT(answer.body, HasSubstr(line));
    }
    EXPECT_THAT(answer.body, Not(HasSubstr("made/up")));
    std::size_t begin = 0;
    while (begin < answer.body.size()) {
        const std::size_t line_end = answer.body.find('\n', begin);
        ASSERT_NE(line_end, std::string::npos) << "the last line ends";
        const std::string line = answer.body.substr(begin, line_end - begin);
        EXPECT_TRUE(line.starts_with("# ") || line.starts_with("teleclauded_")) << line;
        begin = line_end + 1;
    }
}

}  // namespace
}  // namespace enginebay::testing
