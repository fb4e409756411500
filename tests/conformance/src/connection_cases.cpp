// SPDX-License-Identifier: BSL-1.0
// Cases of Connection in connection.hpp: life, reset, cancellation, extensions.
#include "cases.hpp"
#include "scene.hpp"

#include <atomic>
#include <thread>

namespace enginebay::conformance {
namespace {

using std::chrono::steady_clock;

void a_fresh_connection_is_alive_and_idle(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    EXPECT_TRUE(connection->alive());
    EXPECT_FALSE(connection->in_transaction());
    connection->reset();
    EXPECT_TRUE(connection->alive());
}

// Where connections can be ended from the other end, that is noticed: at the latest by the next
// statement, which says that nothing was committed.
void a_killed_connection_is_not_alive(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.kill_connections);
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    if (!backend.kill_connections(scene.config())) {
        EXPECT_TRUE(connection->alive()) << "nothing could end it";
        EXPECT_EQ(number(*connection, "SELECT 1"), 1);
        return;
    }
    EXPECT_EQ(code_of([&] { execute(*connection, "UPDATE t SET v = 'x'"); }),
              Errc::connection_lost);
    EXPECT_FALSE(connection->alive());
    EXPECT_FALSE(connection->in_transaction());
    connection->rollback();
    const auto fresh = scene.connect();
    EXPECT_EQ(text(*fresh, "SELECT v FROM t"), "one");
}

void a_killed_idle_connection_is_noticed_without_a_statement(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.kill_connections);
    Scene scene{backend};
    const auto connection = scene.connect();
    EXPECT_EQ(number(*connection, "SELECT 1"), 1);
    const bool killed = backend.kill_connections(scene.config());
    EXPECT_EQ(wait_until([&] { return !connection->alive(); }, killed ? 3s : 50ms), killed);
}

void a_transaction_lost_with_its_connection_leaves_nothing(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.kill_connections);
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    connection->begin(TransactionMode::write);
    execute(*connection, "UPDATE t SET v = 'x'");
    if (!backend.kill_connections(scene.config())) {
        connection->commit();
        EXPECT_EQ(text(*connection, "SELECT v FROM t"), "x");
        return;
    }
    const Errc code = code_of([&] { connection->commit(); });
    EXPECT_TRUE(code == Errc::in_doubt || code == Errc::connection_lost)
        << "Errc::" << to_string(code);
    EXPECT_EQ(text(*scene.connect(), "SELECT v FROM t"), "one");
}

void reset_rolls_an_open_transaction_back(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    for (const bool by_text : {false, true}) {
        if (by_text) {
            execute(*connection, "BEGIN");
        } else {
            connection->begin(TransactionMode::write);
        }
        execute(*connection, "UPDATE t SET v = 'x'");
        connection->reset();
        EXPECT_FALSE(connection->in_transaction());
        EXPECT_EQ(text(*connection, "SELECT v FROM t"), "one");
    }
}

void reset_lets_a_connection_write_after_a_read_transaction(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    connection->begin(TransactionMode::read);
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 1);
    connection->reset();
    EXPECT_EQ(execute(*connection, "UPDATE t SET v = 'x'"), 1);
}

void reset_clears_what_the_session_made(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    execute(*connection, "CREATE TEMPORARY TABLE mine (id BIGINT)");
    execute(*connection, "INSERT INTO mine VALUES (1)");
    connection->reset();
    EXPECT_EQ(code_of([&] { query(*connection, "SELECT id FROM mine"); }), Errc::statement);
    EXPECT_EQ(number(*connection, "SELECT 3"), 3);
}

void reset_keeps_the_settings_of_a_fresh_connection(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    const auto settings = [&] {
        std::string all;
        for (const EffectiveSetting& setting : scene.engine().effective_settings(*connection)) {
            all += setting.name + " = " + setting.value + "\n";
        }
        return all;
    };
    const std::string before = settings();
    execute(*connection, "CREATE TEMPORARY TABLE mine (id BIGINT)");
    connection->begin(TransactionMode::read);
    connection->reset();
    EXPECT_EQ(settings(), before);
}

void cancel_ends_a_long_statement(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    if (!scene.has(Capability::cancel)) {
        connection->cancel();
        EXPECT_EQ(number(*connection, "SELECT 1"), 1) << "harmless where it is not stated";
        return;
    }
    std::jthread canceller{[&](const std::stop_token& stop) {
        std::this_thread::sleep_for(200ms);
        while (!stop.stop_requested()) {  // it may come before the statement runs
            connection->cancel();
            std::this_thread::sleep_for(100ms);
        }
    }};
    const auto begin = steady_clock::now();
    const Errc code = code_of([&] { rows(*connection, endless_query); });
    const auto took = steady_clock::now() - begin;
    canceller.request_stop();
    canceller.join();
    EXPECT_EQ(code, Errc::cancelled);
    EXPECT_LT(took, 2s);
    EXPECT_TRUE(connection->alive());
    EXPECT_EQ(number(*connection, "SELECT 1"), 1);
}

void cancel_without_a_statement_does_nothing_lasting(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    for (int round = 0; round < 20; ++round) {
        connection->cancel();
        EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 1);
    }
    Cursor& cursor = query(*connection, "SELECT id FROM t");
    connection->cancel();
    cursor.close();
    EXPECT_EQ(number(*connection, "SELECT 1"), 1);
}

// Many threads, statements that end by themselves: cancel never touches freed memory, and a
// statement either is cancelled or gives the right answer.
void cancel_races_with_the_end_of_statements(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    std::atomic<bool> done{false};
    std::thread canceller{[&] {
        while (!done) {
            connection->cancel();
            std::this_thread::sleep_for(1ms);
        }
    }};
    for (int round = 0; round < 200; ++round) {
        try {
            EXPECT_EQ(number(*connection, "SELECT 4"), 4);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::cancelled) << error.what();
        }
    }
    done = true;
    canceller.join();
    connection->reset();
    EXPECT_EQ(number(*connection, "SELECT 5"), 5);
}

void an_unknown_extension_is_absent(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    EXPECT_EQ(connection->extension("no-such-extension/1"), nullptr);
    EXPECT_EQ(connection->extension(""), nullptr);
    EXPECT_EQ(number(*connection, "SELECT 1"), 1);
}

constexpr std::array<Case, 12> cases{{
    {"a_fresh_connection_is_alive_and_idle", a_fresh_connection_is_alive_and_idle},
    {"a_killed_connection_is_not_alive", a_killed_connection_is_not_alive},
    {"a_killed_idle_connection_is_noticed_without_a_statement",
     a_killed_idle_connection_is_noticed_without_a_statement},
    {"a_transaction_lost_with_its_connection_leaves_nothing",
     a_transaction_lost_with_its_connection_leaves_nothing},
    {"reset_rolls_an_open_transaction_back", reset_rolls_an_open_transaction_back},
    {"reset_lets_a_connection_write_after_a_read_transaction",
     reset_lets_a_connection_write_after_a_read_transaction},
    {"reset_clears_what_the_session_made", reset_clears_what_the_session_made},
    {"reset_keeps_the_settings_of_a_fresh_connection",
     reset_keeps_the_settings_of_a_fresh_connection},
    {"cancel_ends_a_long_statement", cancel_ends_a_long_statement},
    {"cancel_without_a_statement_does_nothing_lasting",
     cancel_without_a_statement_does_nothing_lasting},
    {"cancel_races_with_the_end_of_statements", cancel_races_with_the_end_of_statements},
    {"an_unknown_extension_is_absent", an_unknown_extension_is_absent},
}};

}  // namespace

std::span<const Case> connection_cases() { return cases; }

}  // namespace enginebay::conformance
