// SPDX-License-Identifier: BSL-1.0
// Cases of transactions in connection.hpp, one connection at a time (and a process that dies).
#include "cases.hpp"
#include "scene.hpp"

namespace enginebay::conformance {
namespace {

void commit_keeps_and_rollback_undoes(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    connection->begin(TransactionMode::write);
    EXPECT_TRUE(connection->in_transaction());
    execute(*connection, "UPDATE t SET v = 'two'");
    connection->commit();
    EXPECT_FALSE(connection->in_transaction());
    connection->begin(TransactionMode::write);
    execute(*connection, "UPDATE t SET v = 'three'");
    connection->rollback();
    EXPECT_FALSE(connection->in_transaction());
    EXPECT_EQ(text(*scene.connect(), "SELECT v FROM t"), "two");
}

void a_statement_outside_a_transaction_is_kept_at_once(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    execute(*connection, "UPDATE t SET v = 'two'");
    EXPECT_EQ(text(*scene.connect(), "SELECT v FROM t"), "two");
}

void others_see_nothing_before_the_commit(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    const auto other = scene.connect();
    create_numbers(*connection, 1);
    connection->begin(TransactionMode::write);
    execute(*connection, "UPDATE t SET v = 'two'");
    EXPECT_EQ(text(*other, "SELECT v FROM t"), "one");
    EXPECT_EQ(text(*connection, "SELECT v FROM t"), "two");
    connection->commit();
    EXPECT_EQ(text(*other, "SELECT v FROM t"), "two");
}

void rollback_outside_does_nothing(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    connection->rollback();
    connection->rollback();
    EXPECT_EQ(number(*connection, "SELECT 1"), 1);
}

void begin_inside_is_usage(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    for (const TransactionMode mode : {TransactionMode::read, TransactionMode::write}) {
        connection->begin(mode);
        EXPECT_EQ(code_of([&] { connection->begin(TransactionMode::write); }), Errc::usage);
        EXPECT_EQ(code_of([&] { connection->begin(TransactionMode::read); }), Errc::usage);
        EXPECT_TRUE(connection->in_transaction()) << "it goes on";
        connection->commit();
    }
}

void commit_outside_is_usage(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    EXPECT_EQ(code_of([&] { connection->commit(); }), Errc::usage);
    EXPECT_EQ(number(*connection, "SELECT 1"), 1);
}

void a_read_transaction_refuses_writes(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    for (const char* sql : {"UPDATE t SET v = 'x'", "INSERT INTO t VALUES (7, 'x')",
                            "DELETE FROM t", "CREATE TABLE u (id BIGINT)", "DROP TABLE t"}) {
        connection->begin(TransactionMode::read);
        EXPECT_EQ(text(*connection, "SELECT v FROM t"), "one");
        EXPECT_EQ(code_of([&] { execute(*connection, sql); }), Errc::read_only) << sql;
        connection->rollback();
    }
    EXPECT_EQ(execute(*connection, "UPDATE t SET v = 'x'"), 1) << "afterwards it may write";
}

void a_read_transaction_sees_one_state(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    const auto other = scene.connect();
    create_numbers(*connection, 1);
    connection->begin(TransactionMode::read);
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 1);
    execute(*other, "INSERT INTO t VALUES (2, 'x')");
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 1);
    connection->commit();
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 2);
}

// After a failed statement a backend may go on or abort; what it must not do is to seem to commit.
void a_transaction_is_kept_whole_or_not_at_all(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    connection->begin(TransactionMode::write);
    execute(*connection, "INSERT INTO t VALUES (2, 'x')");
    EXPECT_EQ(code_of([&] { execute(*connection, "INSERT INTO t VALUES (1, 'x')"); }),
              Errc::unique_violation);
    bool aborted = false;
    try {
        execute(*connection, "INSERT INTO t VALUES (3, 'x')");
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::transaction_aborted) << error.what();
        aborted = true;
    }
    if (aborted) {
        EXPECT_EQ(code_of([&] { connection->commit(); }), Errc::transaction_aborted);
    } else {
        connection->commit();
    }
    EXPECT_FALSE(connection->in_transaction());
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), aborted ? 1 : 3);
}

void a_text_begin_is_seen(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    execute(*connection, "BEGIN");
    EXPECT_TRUE(connection->in_transaction());
    EXPECT_EQ(code_of([&] { connection->begin(TransactionMode::write); }), Errc::usage);
    execute(*connection, "UPDATE t SET v = 'two'");
    execute(*connection, "ROLLBACK");
    EXPECT_FALSE(connection->in_transaction());
    EXPECT_EQ(text(*connection, "SELECT v FROM t"), "one");
    execute(*connection, "BEGIN");
    execute(*connection, "UPDATE t SET v = 'two'");
    connection->commit();
    EXPECT_EQ(text(*connection, "SELECT v FROM t"), "two");
    execute(*connection, "BEGIN");
    connection->rollback();
    EXPECT_FALSE(connection->in_transaction());
}

// A begin() that ended by text must leave nothing behind: no turn held, no refusal to write.
void a_text_end_of_a_begun_transaction_is_seen(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    const auto other = scene.connect();
    create_numbers(*connection, 1);
    connection->begin(TransactionMode::write);
    execute(*connection, "UPDATE t SET v = 'two'");
    execute(*connection, "COMMIT");
    EXPECT_FALSE(connection->in_transaction());
    other->begin(TransactionMode::write);
    execute(*other, "UPDATE t SET v = 'three'");
    other->commit();
    connection->begin(TransactionMode::read);
    execute(*connection, "COMMIT");
    EXPECT_EQ(execute(*connection, "UPDATE t SET v = 'four'"), 1);
}

void savepoints_undo_a_part(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    connection->begin(TransactionMode::write);
    execute(*connection, "UPDATE t SET v = 'outer'");
    execute(*connection, "SAVEPOINT a");
    EXPECT_EQ(code_of([&] { execute(*connection, "INSERT INTO t VALUES (1, 'x')"); }),
              Errc::unique_violation);
    execute(*connection, "ROLLBACK TO SAVEPOINT a");
    execute(*connection, "INSERT INTO t VALUES (2, 'kept')");
    execute(*connection, "SAVEPOINT b");
    execute(*connection, "DELETE FROM t");
    execute(*connection, "ROLLBACK TO SAVEPOINT b");
    execute(*connection, "RELEASE SAVEPOINT a");
    connection->commit();
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t WHERE v IN ('outer', 'kept')"), 2);
}

void ddl_is_undone_where_the_capability_says_so(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    connection->begin(TransactionMode::write);
    execute(*connection, "CREATE TABLE made (id BIGINT)");
    connection->rollback();
    if (scene.has(Capability::transactional_ddl)) {
        EXPECT_EQ(code_of([&] { query(*connection, "SELECT id FROM made"); }), Errc::statement);
    } else {
        EXPECT_EQ(rows(*connection, "SELECT id FROM made").size(), 0U);
    }
}

void a_destroyed_connection_leaves_nothing(const Backend& backend) {
    Scene scene{backend};
    const auto other = scene.connect();
    create_numbers(*other, 1);
    {
        const auto connection = scene.connect();
        connection->begin(TransactionMode::write);
        execute(*connection, "UPDATE t SET v = 'lost'");
    }
    other->begin(TransactionMode::write);
    EXPECT_EQ(text(*other, "SELECT v FROM t"), "one");
    EXPECT_EQ(execute(*other, "UPDATE t SET v = 'two'"), 1) << "and holds no lock";
    other->commit();
}

void a_killed_process_leaves_nothing(const Backend& backend) {
    Scene scene{backend};
    {
        const auto connection = scene.connect();
        create_numbers(*connection, 1);
    }
    ChildProcess worker =
        scene.worker({"write-hold", "UPDATE t SET v = 'lost'", "INSERT INTO t VALUES (2, 'lost')"});
    ASSERT_TRUE(worker.wait_for_line("holding", 10s)) << worker.out() << worker.err();
    const auto connection = scene.connect();
    EXPECT_EQ(text(*connection, "SELECT v FROM t"), "one");
    worker.kill();
    ASSERT_TRUE(worker.wait(5s));
    connection->begin(TransactionMode::write);
    EXPECT_EQ(execute(*connection, "UPDATE t SET v = 'two'"), 1);
    connection->commit();
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 1);
}

constexpr std::array<Case, 15> cases{{
    {"commit_keeps_and_rollback_undoes", commit_keeps_and_rollback_undoes},
    {"a_statement_outside_a_transaction_is_kept_at_once",
     a_statement_outside_a_transaction_is_kept_at_once},
    {"others_see_nothing_before_the_commit", others_see_nothing_before_the_commit},
    {"rollback_outside_does_nothing", rollback_outside_does_nothing},
    {"begin_inside_is_usage", begin_inside_is_usage},
    {"commit_outside_is_usage", commit_outside_is_usage},
    {"a_read_transaction_refuses_writes", a_read_transaction_refuses_writes},
    {"a_read_transaction_sees_one_state", a_read_transaction_sees_one_state},
    {"a_transaction_is_kept_whole_or_not_at_all", a_transaction_is_kept_whole_or_not_at_all},
    {"a_text_begin_is_seen", a_text_begin_is_seen},
    {"a_text_end_of_a_begun_transaction_is_seen", a_text_end_of_a_begun_transaction_is_seen},
    {"savepoints_undo_a_part", savepoints_undo_a_part},
    {"ddl_is_undone_where_the_capability_says_so", ddl_is_undone_where_the_capability_says_so},
    {"a_destroyed_connection_leaves_nothing", a_destroyed_connection_leaves_nothing},
    {"a_killed_process_leaves_nothing", a_killed_process_leaves_nothing},
}};

}  // namespace

std::span<const Case> transaction_cases() { return cases; }

}  // namespace enginebay::conformance
