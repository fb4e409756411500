// SPDX-License-Identifier: BSL-1.0
// The plugin's own keys, and values that must not reach a connection string.
#include "options.hpp"

#include "conninfo.hpp"

#include <enginebay/error.hpp>

#include <gtest/gtest.h>

namespace enginebay::postgresql {
namespace {

using namespace std::chrono_literals;

DatabaseConfig with(const std::string& key, const std::string& value) {
    DatabaseConfig config;
    config.host = "db.example.org";
    config.options[key] = value;
    return config;
}

std::string refusal(const DatabaseConfig& config) {
    try {
        read_options(config);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::configuration);
        return error.what();
    }
    ADD_FAILURE() << "accepted";
    return {};
}

bool mentions(const std::string& text, const std::string& word) {
    return text.find(word) != std::string::npos;
}

TEST(Options, an_unknown_key_is_named_with_the_one_that_was_meant) {
    const std::string why = refusal(with("lock_timout", "1s"));
    EXPECT_TRUE(mentions(why, "lock_timout")) << why;
    EXPECT_TRUE(mentions(why, "did you mean 'lock_timeout'")) << why;
    EXPECT_FALSE(mentions(refusal(with("something_else", "1s")), "did you mean"));
}

TEST(Options, a_refusal_says_where_the_value_was_written) {
    DatabaseConfig config = with("sslmode", "sometimes");
    config.written_at["options.sslmode"] = "teleclaude.yml:4:14";
    EXPECT_EQ(refusal(config).find("teleclaude.yml:4:14: database.options.sslmode: 'sometimes'"),
              0U)
        << refusal(config);
}

TEST(Options, durations_have_units) {
    EXPECT_EQ(parse_duration("250"), 250ms);
    EXPECT_EQ(parse_duration("250ms"), 250ms);
    EXPECT_EQ(parse_duration("30s"), 30s);
    EXPECT_EQ(parse_duration("5min"), 5min);
    EXPECT_EQ(parse_duration("1h"), 1h);
    EXPECT_EQ(parse_duration("0"), 0ms);
    for (const char* bad : {"", "s", "-1s", "1 s", "1w", "9999999999h", "1.5s"}) {
        EXPECT_FALSE(parse_duration(bad)) << bad;
    }
    EXPECT_EQ(read_options(with("statement_timeout", "30s")).statement_timeout, 30s);
    EXPECT_TRUE(mentions(refusal(with("lock_timeout", "soon")), "lock_timeout"));
}

TEST(Options, values_that_cannot_travel_are_refused_by_name) {
    for (const char* bad : {"a b", "a'b", "a\"b", "a\\b", "a\tb", "a\nb"}) {
        EXPECT_TRUE(mentions(refusal(with("schema", bad)), "options.schema")) << bad;
        for (auto [name, member] : {std::pair{"database.host", &DatabaseConfig::host},
                                    std::pair{"database.dbname", &DatabaseConfig::dbname},
                                    std::pair{"database.user", &DatabaseConfig::user}}) {
            DatabaseConfig config;
            config.*member = bad;
            EXPECT_TRUE(mentions(refusal(config), name)) << name << " " << bad;
        }
    }
}

TEST(Options, tls_over_a_unix_socket_is_refused) {
    DatabaseConfig config = with("sslmode", "verify-full");
    EXPECT_NO_THROW(read_options(config));
    config.host = "/run/postgresql";
    EXPECT_TRUE(mentions(refusal(config), "Unix socket"));
    EXPECT_TRUE(mentions(refusal(with("sslmode", "yes")), "sslmode"));
}

TEST(Options, a_password_is_in_no_connection_string) {
    DatabaseConfig config = with("schema", "own");
    config.password = "se cret";
    const Options options = read_options(config);
    const Parameters parameters =
        connection_parameters(config, options, session_settings(options, Access::create));
    const Passfile passfile{config.password};
    const std::string text = poco_connection_string(parameters, passfile.path());
    EXPECT_FALSE(mentions(text, "cret")) << text;
    EXPECT_TRUE(mentions(text, "passfile=/proc/self/fd/")) << text;
    EXPECT_TRUE(mentions(text, "password=''")) << "or PGPASSWORD would come first";
    config.password = "two\nlines";
    EXPECT_FALSE(mentions(refusal(config), "lines"));
}

}  // namespace
}  // namespace enginebay::postgresql
