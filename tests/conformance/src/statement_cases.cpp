// SPDX-License-Identifier: BSL-1.0
// Cases of Connection in connection.hpp: SQL texts, placeholders, counts, the cache of statements.
#include "cases.hpp"
#include "scene.hpp"

#include <enginebay/fingerprint.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace enginebay::conformance {
namespace {

void placeholders_are_bound_in_order(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection);
    execute(*connection, "INSERT INTO t (id, v) VALUES (?,?), (?,?)",
            {integer(1), words("a"), integer(2), words("b")});
    EXPECT_EQ(text(*connection, "SELECT v FROM t WHERE id=? AND v=?", {integer(2), words("b")}),
              "b");
    const std::string twelve = "SELECT count(*) FROM t WHERE id IN (?,?,?,?,?,?,?,?,?,?,?,?)";
    EXPECT_EQ(number(*connection, twelve,
                     {integer(3), integer(4), integer(5), integer(6), integer(7), integer(8),
                      integer(9), integer(10), integer(11), integer(12), integer(1), integer(2)}),
              2);
}

// None of these question marks is a placeholder.
void a_question_mark_in_quotes_and_comments_is_left_alone(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    EXPECT_EQ(text(*connection, "SELECT 'a?b'"), "a?b");
    EXPECT_EQ(text(*connection, "SELECT 'it''s ?'"), "it's ?");
    EXPECT_EQ(text(*connection, "SELECT 'back\\' -- ?\n"), "back\\");
    EXPECT_EQ(number(*connection, "SELECT 1 /* ? '? */ -- ? \" ?\n"), 1);
    EXPECT_EQ(number(*connection, "SELECT x.\"what?\" FROM (SELECT 1 AS \"what?\") AS x"), 1);
    EXPECT_EQ(number(*connection, "SELECT x.\"a\"\"?\" FROM (SELECT 1 AS \"a\"\"?\") AS x"), 1);
    create_numbers(*connection, 2);
    EXPECT_EQ(
        number(*connection, "SELECT /*?*/ id FROM t WHERE v <> '?' AND id = ? -- ?", {integer(2)}),
        2);
}

// There is no portable operator with a question mark; within quotes both stay.
void a_doubled_question_mark_binds_nothing(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    EXPECT_EQ(text(*connection, "SELECT 'a??b'"), "a??b");
    EXPECT_EQ(code_of([&] { query(*connection, "SELECT 1 ?? 2"); }), Errc::statement);
}

void the_wrong_number_of_parameters_is_usage(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection);
    const std::string insert = "INSERT INTO t (id, v) VALUES (?, ?)";
    EXPECT_EQ(code_of([&] { execute(*connection, insert); }), Errc::usage);
    EXPECT_EQ(code_of([&] { execute(*connection, insert, {integer(1)}); }), Errc::usage);
    EXPECT_EQ(code_of([&] { execute(*connection, insert, {integer(1), words("a"), integer(3)}); }),
              Errc::usage);
    EXPECT_EQ(code_of([&] { query(*connection, "SELECT 1", {integer(1)}); }), Errc::usage);
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 0);
}

void two_statements_in_one_text_are_refused(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    for (const char* sql :
         {"DELETE FROM t; DELETE FROM t", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE t"}) {
        const Errc code = code_of([&] { execute(*connection, sql); });
        EXPECT_TRUE(code == Errc::statement || code == Errc::usage) << sql;
        const Errc queried = code_of([&] { query(*connection, sql); });
        EXPECT_TRUE(queried == Errc::statement || queried == Errc::usage) << sql;
    }
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 1) << "none of them ran";
}

void a_trailing_semicolon_or_comment_is_no_second_statement(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    EXPECT_EQ(number(*connection, "SELECT 1;"), 1);
    EXPECT_EQ(number(*connection, "SELECT 1 ; -- done"), 1);
    EXPECT_EQ(number(*connection, "\n  -- first\n SELECT 1;\n/* last */ \n"), 1);
}

void a_text_without_a_statement_is_refused(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    for (const char* sql : {"", "   \n", "-- only a comment", "/* only */", ";"}) {
        const Errc code = code_of([&] { execute(*connection, sql); });
        EXPECT_TRUE(code == Errc::statement || code == Errc::usage) << "'" << sql << "'";
    }
    EXPECT_EQ(number(*connection, "SELECT 1"), 1);
}

void changed_rows_are_counted(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    EXPECT_EQ(execute(*connection, "CREATE TABLE t (id BIGINT PRIMARY KEY, v TEXT)"), 0);
    EXPECT_EQ(execute(*connection, "INSERT INTO t VALUES (1,'a'), (2,'a'), (3,'b')"), 3);
    EXPECT_EQ(execute(*connection, "CREATE TABLE u (id BIGINT)"), 0) << "not the count before";
    EXPECT_EQ(execute(*connection, "UPDATE t SET v = 'c' WHERE v = ?", {words("a")}), 2);
    EXPECT_EQ(execute(*connection, "UPDATE t SET v = 'c' WHERE v = ?", {words("none")}), 0);
    EXPECT_EQ(execute(*connection, "INSERT INTO u SELECT id FROM t"), 3);
    EXPECT_EQ(execute(*connection, "DELETE FROM t WHERE id > 1"), 2);
    EXPECT_EQ(execute(*connection, "DELETE FROM u"), 3);
    EXPECT_EQ(execute(*connection, "DROP TABLE u"), 0);
}

void executing_a_query_discards_its_rows(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 3);
    execute(*connection, "UPDATE t SET v = 'x'");
    EXPECT_EQ(execute(*connection, "SELECT id FROM t"), 0) << "a SELECT changes nothing";
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 3);
}

void returned_rows_do_not_hide_the_count(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 3);
    EXPECT_EQ(execute(*connection, "UPDATE t SET v = 'x' WHERE id > 1 RETURNING id"), 2);
}

void a_statement_is_usable_again_after_it_failed(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection);
    const std::string insert = "INSERT INTO t (id, v) VALUES (?, ?)";
    for (int id = 1; id <= 3; ++id) {
        EXPECT_EQ(execute(*connection, insert, {integer(id), words("a")}), 1);
        EXPECT_EQ(code_of([&] { execute(*connection, insert, {integer(id), words("b")}); }),
                  Errc::unique_violation);
    }
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t WHERE v = 'a'"), 3);
}

// The same text bound to another kind than the first time.
void a_statement_takes_other_kinds_the_next_time(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 2);
    const std::string update = "UPDATE t SET v = ? WHERE id = ?";
    EXPECT_EQ(execute(*connection, update, {words("a"), integer(1)}), 1);
    EXPECT_EQ(execute(*connection, update, {ValueView::null(), integer(1)}), 1);
    EXPECT_EQ(execute(*connection, update, {words("b"), ValueView::null()}), 0);
    EXPECT_EQ(cell(*connection, "SELECT v FROM t WHERE id = 1"), Value{});
}

void a_statement_survives_a_change_of_the_schema(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    const auto other = scene.connect();
    create_numbers(*connection, 1);
    EXPECT_EQ(rows(*connection, "SELECT * FROM t").front().size(), 2U);
    execute(*other, "ALTER TABLE t ADD COLUMN w BIGINT");
    EXPECT_EQ(rows(*connection, "SELECT * FROM t").front().size(), 3U);
    execute(*connection, "ALTER TABLE t ADD COLUMN y TEXT");
    EXPECT_EQ(rows(*connection, "SELECT * FROM t").front().size(), 4U);
    execute(*other, "DROP TABLE t");
    EXPECT_EQ(code_of([&] { rows(*connection, "SELECT * FROM t"); }), Errc::statement);
    create_numbers(*other, 1);
    EXPECT_EQ(rows(*connection, "SELECT * FROM t").front().size(), 2U);
}

// Inside a transaction nothing can be repeated on the quiet: the caller is told to.
void a_stale_statement_in_a_transaction_may_be_retried(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    const auto other = scene.connect();
    create_numbers(*connection, 1);
    EXPECT_EQ(rows(*connection, "SELECT * FROM t").front().size(), 2U);
    execute(*other, "ALTER TABLE t ADD COLUMN w BIGINT");
    connection->begin(TransactionMode::read);
    try {
        EXPECT_EQ(rows(*connection, "SELECT * FROM t").front().size(), 3U);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::stale_plan) << error.what();
        EXPECT_TRUE(error.retryable());
        connection->rollback();
        connection->begin(TransactionMode::read);
        EXPECT_EQ(rows(*connection, "SELECT * FROM t").front().size(), 3U);
    }
    connection->commit();
}

std::size_t open_files() {
    const std::filesystem::directory_iterator files{"/proc/self/fd"};
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

std::size_t resident_bytes() {
    std::ifstream statm{"/proc/self/statm"};
    std::size_t total = 0;
    std::size_t resident = 0;
    statm >> total >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// 250 texts of 64 KiB are 16 MiB, and more with every copy: a cache without a bound would show.
void different_statements_do_not_pile_up(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    const std::string padding = " -- " + std::string(65536, 'x');
    const auto run_statements = [&](int first, int last) {
        for (int i = first; i < last; ++i) {
            const std::string sql = "SELECT " + std::to_string(i) + padding;
            ASSERT_EQ(number(*connection, sql), i);
        }
    };
    run_statements(0, 200);
    const std::size_t files = open_files();
    const std::size_t memory = resident_bytes();
    run_statements(200, 450);
    EXPECT_EQ(open_files(), files);
    if (fingerprint::sanitizer == "none") {  // they keep freed memory back
        EXPECT_LT(resident_bytes(), memory + (std::size_t{10} << 20));
    }
    EXPECT_EQ(number(*connection, "SELECT 0" + padding), 0) << "the first is usable again";
}

constexpr std::array<Case, 15> cases{{
    {"placeholders_are_bound_in_order", placeholders_are_bound_in_order},
    {"a_question_mark_in_quotes_and_comments_is_left_alone",
     a_question_mark_in_quotes_and_comments_is_left_alone},
    {"a_doubled_question_mark_binds_nothing", a_doubled_question_mark_binds_nothing},
    {"the_wrong_number_of_parameters_is_usage", the_wrong_number_of_parameters_is_usage},
    {"two_statements_in_one_text_are_refused", two_statements_in_one_text_are_refused},
    {"a_trailing_semicolon_or_comment_is_no_second_statement",
     a_trailing_semicolon_or_comment_is_no_second_statement},
    {"a_text_without_a_statement_is_refused", a_text_without_a_statement_is_refused},
    {"changed_rows_are_counted", changed_rows_are_counted},
    {"executing_a_query_discards_its_rows", executing_a_query_discards_its_rows},
    {"returned_rows_do_not_hide_the_count", returned_rows_do_not_hide_the_count},
    {"a_statement_is_usable_again_after_it_failed", a_statement_is_usable_again_after_it_failed},
    {"a_statement_takes_other_kinds_the_next_time", a_statement_takes_other_kinds_the_next_time},
    {"a_statement_survives_a_change_of_the_schema", a_statement_survives_a_change_of_the_schema},
    {"a_stale_statement_in_a_transaction_may_be_retried",
     a_stale_statement_in_a_transaction_may_be_retried},
    {"different_statements_do_not_pile_up", different_statements_do_not_pile_up},
}};

}  // namespace

std::span<const Case> statement_cases() { return cases; }

}  // namespace enginebay::conformance
