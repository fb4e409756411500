// SPDX-License-Identifier: BSL-1.0
// Parts of the daemon that need no database: its own settings, loops, the end, the command line.
#include "api/health.hpp"
#include "lifetime.hpp"
#include "loops/loop.hpp"
#include "startup/own_settings.hpp"
#include "support/backend.hpp"

#include <enginebay/error.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;
using enginebay::testing::TemporaryFolder;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

OwnSettings read(const std::string& yaml) {
    const TemporaryFolder folder;
    enginebay::testing::write_file(folder / "t.yml", yaml);
    enginebay::Settings settings;
    settings.file = folder / "t.yml";
    settings.working_dir = "/base dir";
    enginebay::SettingsSource source;
    source.environment["RUN"] = "/run/x";
    return read_own_settings(settings, source);
}

std::string refusal(const std::string& yaml) {
    try {
        read(yaml);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::configuration);
        return error.what();
    }
    return "taken";
}

TEST(OwnSettingsTest, reads_what_is_the_daemons_and_leaves_the_rest) {
    const OwnSettings settings = read(
        "database: {engine: x}\nother: [1]\napi: {socket: '${RUN}/s'}\nlog: {level: debug}\n"
        "loops: {checkpoint: 1500ms, voices: 2h}\n");
    EXPECT_EQ(settings.socket, "/run/x/s");
    EXPECT_EQ(settings.log_level, "debug");
    EXPECT_EQ(settings.loops.checkpoint, 1500ms);
    EXPECT_EQ(settings.loops.voices, 2h);
    EXPECT_EQ(read("api: {socket: s}\n").socket, "/base dir/s");
    EXPECT_EQ(read("api:\nlog: {level: }\n").socket, std::nullopt);
    EXPECT_EQ(read("").loops.checkpoint, 300s);
}

TEST(OwnSettingsTest, says_where_and_what_is_wrong) {
    EXPECT_THAT(refusal("api: {sokcet: x}\n"), HasSubstr("t.yml:1:7: unknown key 'api.sokcet'"));
    EXPECT_THAT(refusal("a: 1\napi: 5\n"), HasSubstr("t.yml:2:6"));
    EXPECT_THAT(refusal("api: {socket: '${NOT_SET}'}\n"), HasSubstr("not set"));
    EXPECT_THAT(refusal("api: {socket: ''}\n"), HasSubstr("empty"));
    for (const std::string time :
         {"5", "s", "-1s", "0s", "1 s", "1y", "99999999999999999999s", "400d"}) {
        EXPECT_THAT(refusal("loops: {checkpoint: '" + time + "'}\n"), HasSubstr("is no time"))
            << time;
    }
}

TEST(OwnSettingsTest, reads_ages_and_counts) {
    const OwnSettings settings = read(
        "keep: {idle_sessions: off, delivered: 30d}\noutboxes: {lock: 5s, hook_attempts: 0}\n");
    EXPECT_EQ(settings.keep.idle_sessions, std::nullopt);
    EXPECT_EQ(settings.keep.delivered, 720h);
    EXPECT_EQ(settings.keep.closed_sessions, std::nullopt) << "off by default";
    EXPECT_EQ(read("").keep.delivered, std::nullopt) << "off by default";
    EXPECT_EQ(read("").keep.idle_sessions, 72h);
    EXPECT_EQ(settings.outboxes.lock, 5s);
    EXPECT_EQ(settings.outboxes.hook_attempts, 0);
    EXPECT_EQ(settings.outboxes.webhook_attempts, 10);
    EXPECT_THAT(refusal("keep: {delivered: never}\n"), HasSubstr("t.yml:1:19: 'never' is no time"));
    EXPECT_THAT(refusal("outboxes: {hook_attempts: -1}\n"), HasSubstr("no whole number"));
    EXPECT_THAT(refusal("loops: {sesions: 1h}\n"), HasSubstr("unknown key 'loops.sesions'"));
}

TEST(LoopTest, goes_on_after_failures_and_counts_them) {
    std::atomic<int> runs{0};
    Loop loop{"test loop", 0ms, 1ms, [&runs](const std::stop_token&) {
                  if (++runs == 2) {
                      throw std::runtime_error{"once"};
                  }
                  return 2;
              }};
    EXPECT_TRUE(enginebay::testing::wait_until([&] { return loop.counters().runs >= 5; }, 10s));
    const teleclaude::LoopCounters counters = loop.counters();
    EXPECT_EQ(counters.failures, 1U);
    EXPECT_EQ(counters.rows, 2 * static_cast<std::int64_t>(counters.runs - 1));
    EXPECT_TRUE(counters.last_success);
}

TEST(LoopTest, waits_first_and_stops_at_once) {
    std::atomic<int> runs{0};
    const auto begin = std::chrono::steady_clock::now();
    {
        const Loop loop{"test loop", 1h, 1h, [&runs](const std::stop_token&) { return ++runs; }};
    }
    EXPECT_EQ(runs, 0);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(LifetimeTest, the_first_to_ask_for_the_end_decides) {
    Lifetime lifetime;
    EXPECT_NO_THROW(lifetime.check());
    lifetime.end(75, "first");
    lifetime.end(0, "second");
    lifetime.wait();
    EXPECT_EQ(lifetime.status(), 75);
    EXPECT_EQ(lifetime.why(), "first");
    EXPECT_THROW(lifetime.check(), Ending);
}

TEST(HealthTest, fails_with_the_reason) {
    HealthSource source{"engine", "r1", [] { return true; }, [] { return std::string{}; },
                        [] { return true; }};
    const auto ask = [&source](const std::string& path) {
        return Router{{health_resource(source), ready_resource(source)}}.answer(
            {"GET", path, {}, {}});
    };
    EXPECT_EQ(ask("/health").status, 200);
    EXPECT_EQ(ask("/ready").status, 200);
    source.database_failure = [] { return std::string{"no answer"}; };
    EXPECT_EQ(ask("/health").status, 503);
    EXPECT_EQ(ask("/health").body,
              R"({"status":"failing","engine":"engine","revision":"r1","lock":{"held":true},)"
              R"("reason":"no answer"})");
    source.lock_held = [] { return false; };
    EXPECT_EQ(ask("/health").status, 503);
    EXPECT_THAT(ask("/health").body, HasSubstr(R"("lock":{"held":false})"));
    EXPECT_EQ(ask("/ready").status, 503);
}

TEST(RouterTest, an_error_becomes_an_answer) {
    Errc code{Errc::lock_lost};
    const Router router{
        {{"/x", {{"GET", [&code](const Request&) -> Answer { throw Error{code, "why"}; }}}}}};
    const Answer answer = router.answer({"GET", "/x", {}, {}});
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.headers.count("Retry-After"), 1U);
    EXPECT_EQ(answer.body, R"({"error":{"code":"lock_lost","message":"why"}})");
    for (const auto& [next, status] :
         {std::pair{Errc::usage, 400}, {Errc::unique_violation, 409}, {Errc::internal, 500}}) {
        code = next;
        EXPECT_EQ(router.answer({"GET", "/x", {}, {}}).status, status);
    }
}

TEST(CommandLine, is_explained_and_checked) {
    const std::string program = enginebay::testing::program("teleclauded");
    const auto help = enginebay::testing::run({program, "--help"});
    EXPECT_EQ(help.exit_status, 0);
    EXPECT_THAT(help.out, HasSubstr("Examples:"));
    EXPECT_THAT(help.out, HasSubstr("--socket"));
    const auto version = enginebay::testing::run({program, "--version"});
    EXPECT_EQ(version.exit_status, 0);
    EXPECT_THAT(version.out, HasSubstr("teleclauded 0."));
    for (const std::string wrong : {"--chekc", "stray", "--umask=9"}) {
        const auto result = enginebay::testing::run({program, wrong});
        EXPECT_EQ(result.exit_status, 64) << wrong;
        EXPECT_THAT(result.err, HasSubstr("teleclauded: "));
    }
    const auto missing = enginebay::testing::run({program, "--config", "/no/such/file.yml"});
    EXPECT_EQ(missing.exit_status, 78);
    EXPECT_THAT(missing.err, HasSubstr("/no/such/file.yml"));
}

}  // namespace
}  // namespace teleclaude
