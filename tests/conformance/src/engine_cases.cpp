// SPDX-License-Identifier: BSL-1.0
// Cases of engine.hpp: opening, capabilities, limits, settings, maintenance, threads.
#include "cases.hpp"
#include "scene.hpp"

#include <algorithm>
#include <thread>

namespace enginebay::conformance {
namespace {

void opening_an_engine_connects_to_nothing(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.missing);
    Scene scene{backend};
    const auto engine = scene.open(backend.missing(scene.config()));
    EXPECT_NE(engine, nullptr);
    EXPECT_FALSE(engine->location().empty());
}

void it_can_what_its_plugin_states_and_no_more(const Backend& backend) {
    Scene scene{backend};
    PluginHost host{backend.plugin_path};
    const PluginInfo info = host.load(backend.name);
    EXPECT_EQ(info.name, backend.name);
    EXPECT_FALSE(info.version.empty());
    EXPECT_FALSE(info.licence.empty());
    const auto connection = scene.connect();
    for (const CapabilityName& entry : capability_names) {
        const bool stated = info.capabilities.has(entry.capability);
        EXPECT_TRUE(stated || !scene.has(entry.capability)) << entry.name;
        EXPECT_EQ(std::count(info.capability_list.begin(), info.capability_list.end(), entry.name),
                  stated ? 1 : 0)
            << entry.name;
    }
}

void the_location_names_the_database_and_no_secret(const Backend& backend) {
    Scene scene{backend};
    const std::string location = scene.engine().location();
    const DatabaseConfig& config = scene.config();
    const std::string& name = config.dbname.empty() ? config.path : config.dbname;
    EXPECT_NE(location.find(name), std::string::npos) << location;
    if (!config.password.empty()) {
        EXPECT_EQ(location.find(config.password), std::string::npos);
    }
}

void each_access_does_what_it_says(const Backend& backend) {
    Scene scene{backend};
    create_numbers(*scene.connect(Access::create), 1);
    const auto writer = scene.connect(Access::read_write);
    EXPECT_EQ(execute(*writer, "UPDATE t SET v = 'two'"), 1);
    const auto reader = scene.connect(Access::read_only);
    EXPECT_EQ(text(*reader, "SELECT v FROM t"), "two");
    reader->begin(TransactionMode::read);
    EXPECT_EQ(text(*reader, "SELECT v FROM t"), "two");
    reader->commit();
    reader->reset();
    EXPECT_EQ(code_of([&] { execute(*reader, "DELETE FROM t"); }), Errc::read_only)
        << "also after a reset";
}

void a_connection_says_who_answers(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    const std::string version = scene.engine().server_version(*connection);
    ASSERT_FALSE(version.empty());
    EXPECT_TRUE(version.front() >= '0' && version.front() <= '9') << version;
}

void settings_are_read_back_and_hold_no_secret(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    const std::vector<EffectiveSetting> settings = scene.engine().effective_settings(*connection);
    EXPECT_FALSE(settings.empty());
    for (const EffectiveSetting& setting : settings) {
        EXPECT_FALSE(setting.name.empty());
        if (!scene.config().password.empty()) {
            EXPECT_EQ(setting.value.find(scene.config().password), std::string::npos)
                << setting.name;
        }
    }
    const auto other = scene.connect();
    const auto again = scene.engine().effective_settings(*other);
    ASSERT_EQ(settings.size(), again.size());
    for (std::size_t at = 0; at < settings.size(); ++at) {
        EXPECT_EQ(settings[at].name, again[at].name);
        EXPECT_EQ(settings[at].value, again[at].value)
            << "every connection has the same " << settings[at].name;
    }
}

void a_checkpoint_is_harmless(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 3);
    const CheckpointResult result = scene.engine().checkpoint(*connection);
    EXPECT_GE(result.log_pages, 0);
    EXPECT_GE(result.log_pages, result.checkpointed_pages);
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 3);
    EXPECT_FALSE(connection->in_transaction());
    scene.engine().checkpoint(*connection);
}

void a_checkpoint_beside_a_reader_and_a_writer_is_harmless(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.impatient);
    Scene scene{backend};
    const auto writer = scene.connect();
    create_numbers(*writer, 1);
    const auto reader = scene.connect();
    const auto engine = scene.open(backend.impatient(scene.config()));
    const auto connection = engine->connect(Access::read_write);
    reader->begin(TransactionMode::read);
    EXPECT_EQ(number(*reader, "SELECT count(*) FROM t"), 1);
    writer->begin(TransactionMode::write);
    execute(*writer, "UPDATE t SET v = 'two'");
    const auto begin = std::chrono::steady_clock::now();
    engine->checkpoint(*connection);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
    EXPECT_EQ(text(*reader, "SELECT v FROM t"), "one");
    reader->commit();
    writer->commit();
    EXPECT_EQ(text(*reader, "SELECT v FROM t"), "two");
}

void two_engines_in_one_process_see_one_database(const Backend& backend) {
    Scene scene{backend};
    const auto engine = scene.open(scene.config());
    const auto one = scene.connect();
    const auto two = engine->connect(Access::create);
    create_numbers(*one, 1);
    two->begin(TransactionMode::write);
    EXPECT_EQ(execute(*two, "UPDATE t SET v = 'two'"), 1);
    two->commit();
    EXPECT_EQ(text(*one, "SELECT v FROM t"), "two");
}

void engines_of_two_databases_do_not_mix(const Backend& backend) {
    Scene one{backend};
    Scene two{backend};
    create_numbers(*one.connect(), 1);
    const auto connection = two.connect();
    EXPECT_EQ(code_of([&] { query(*connection, "SELECT id FROM t"); }), Errc::statement);
    const auto first = one.connect();
    first->begin(TransactionMode::write);
    connection->begin(TransactionMode::write);
    execute(*first, "UPDATE t SET v = 'x'");
    execute(*connection, "CREATE TABLE t (id BIGINT)");
    connection->commit();
    first->commit();
}

void connections_work_from_eight_threads(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection);
    {
        std::vector<std::jthread> all;
        for (int thread = 0; thread < 8; ++thread) {
            all.emplace_back([&scene, thread] {
                try {
                    for (int round = 0; round < 5; ++round) {
                        const auto mine = scene.connect();
                        const int id = thread * 100 + round;
                        mine->begin(TransactionMode::write);
                        execute(*mine, "INSERT INTO t VALUES (?, 'x')", {integer(id)});
                        mine->commit();
                        EXPECT_EQ(number(*mine, "SELECT id FROM t WHERE id = ?", {integer(id)}),
                                  id);
                    }
                } catch (const Error& error) {
                    ADD_FAILURE() << error.what();
                }
            });
        }
    }
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 40);
}

void the_connection_limit_holds(const Backend& backend) {
    Scene scene{backend};
    const std::uint32_t limit = scene.engine().connection_limit();
    const std::uint32_t wanted = limit == 0 ? 8 : std::min(limit, std::uint32_t{8});
    std::vector<std::unique_ptr<Connection>> all;
    while (all.size() < wanted) {
        all.push_back(scene.connect());
        EXPECT_EQ(number(*all.back(), "SELECT 1"), 1);
    }
}

// A connection may be given from thread to thread, one at a time.
void a_connection_may_change_its_thread(const Backend& backend) {
    Scene scene{backend};
    std::unique_ptr<Connection> connection;
    std::thread{[&] {
        connection = scene.connect();
        create_numbers(*connection, 1);
        connection->begin(TransactionMode::write);
    }}.join();
    std::thread{[&] {
        execute(*connection, "UPDATE t SET v = 'two'");
        connection->commit();
    }}.join();
    EXPECT_EQ(text(*connection, "SELECT v FROM t"), "two");
    std::thread{[&] { connection.reset(); }}.join();
}

constexpr std::array<Case, 13> cases{{
    {"opening_an_engine_connects_to_nothing", opening_an_engine_connects_to_nothing},
    {"it_can_what_its_plugin_states_and_no_more", it_can_what_its_plugin_states_and_no_more},
    {"the_location_names_the_database_and_no_secret",
     the_location_names_the_database_and_no_secret},
    {"each_access_does_what_it_says", each_access_does_what_it_says},
    {"a_connection_says_who_answers", a_connection_says_who_answers},
    {"settings_are_read_back_and_hold_no_secret", settings_are_read_back_and_hold_no_secret},
    {"a_checkpoint_is_harmless", a_checkpoint_is_harmless},
    {"a_checkpoint_beside_a_reader_and_a_writer_is_harmless",
     a_checkpoint_beside_a_reader_and_a_writer_is_harmless},
    {"two_engines_in_one_process_see_one_database", two_engines_in_one_process_see_one_database},
    {"engines_of_two_databases_do_not_mix", engines_of_two_databases_do_not_mix},
    {"connections_work_from_eight_threads", connections_work_from_eight_threads},
    {"the_connection_limit_holds", the_connection_limit_holds},
    {"a_connection_may_change_its_thread", a_connection_may_change_its_thread},
}};

}  // namespace

std::span<const Case> engine_cases() { return cases; }

}  // namespace enginebay::conformance
