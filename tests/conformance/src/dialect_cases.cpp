// SPDX-License-Identifier: BSL-1.0
// Cases of dialect.hpp: what it writes is what the backend understands.
#include "cases.hpp"
#include "sample_schema.hpp"
#include "scene.hpp"

#include <enginebay/timestamp.hpp>

namespace enginebay::conformance {
namespace {

const std::vector<std::string>& hostile_names() {
    static const std::vector<std::string> names{"plain",
                                                "Upper Case",
                                                "a\"b",
                                                "\"\"",
                                                "it's",
                                                "semi;colon",
                                                "x\"; DROP TABLE t; --",
                                                "select",
                                                "table",
                                                "1starts_with_a_digit",
                                                "a.b",
                                                "?",
                                                "??",
                                                "$1",
                                                "back\\slash",
                                                "per%cent",
                                                "-- comment",
                                                "/* comment",
                                                "line\nbreak",
                                                "gr\xc3\xbc\xc3\x9f"
                                                "e",
                                                "\xe6\xbc\xa2\xe5\xad\x97",
                                                "\xf0\x9f\x98\x80",
                                                std::string(63, 'n')};
    return names;
}

void hostile_names_work_as_tables_and_columns(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection);
    for (const std::string& name : hostile_names()) {
        const std::string quoted = scene.dialect().quote(name);
        execute(*connection, "CREATE TABLE " + quoted + " (" + quoted + " BIGINT)");
        EXPECT_EQ(execute(*connection, "INSERT INTO " + quoted + " (" + quoted + ") VALUES (?)",
                          {integer(4)}),
                  1)
            << name;
        Cursor& cursor =
            query(*connection, "SELECT " + quoted + " FROM " + quoted + " WHERE " + quoted + " = ?",
                  {integer(4)});
        EXPECT_EQ(cursor.column_name(0), name);
        ASSERT_NE(cursor.next(), nullptr) << name;
        cursor.close();
        execute(*connection, "DROP TABLE " + quoted);
    }
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 0) << "t is still there";
}

void a_name_that_cannot_be_is_usage(const Backend& backend) {
    Scene scene{backend};
    EXPECT_EQ(code_of([&] { static_cast<void>(scene.dialect().quote("")); }), Errc::usage);
    EXPECT_EQ(
        code_of([&] { static_cast<void>(scene.dialect().quote(std::string_view{"a\0b", 3})); }),
        Errc::usage);
}

void literals_mean_their_text(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    for (const std::string_view text :
         {"", "plain", "it's", "''", "\\", "\\'", "'; DROP TABLE t; --", "?", "line\nbreak",
          "\"double\"", "%s",
          "gr\xc3\xbc\xc3\x9f"
          "e",
          "$$"}) {
        EXPECT_EQ(cell(*connection, "SELECT CAST(" + scene.dialect().literal(text) + " AS TEXT)"),
                  Value{std::string{text}});
    }
}

using Names = std::vector<std::string_view>;

void upsert_inserts_then_sets(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    execute(*connection,
            "CREATE TABLE u (k TEXT NOT NULL PRIMARY KEY, a TEXT, b BIGINT, c TEXT "
            "DEFAULT 'kept')");
    const std::string sql = scene.dialect().upsert("u", Names{"k"}, Names{"k", "a", "b"});
    EXPECT_EQ(execute(*connection, sql, {words("x"), words("one"), integer(1)}), 1);
    execute(*connection, "UPDATE u SET c = 'other'");
    EXPECT_EQ(execute(*connection, sql, {words("x"), words("two"), ValueView::null()}), 1);
    EXPECT_EQ(execute(*connection, sql, {words("y"), words("three"), integer(3)}), 1);
    const std::vector<Row> all = rows(*connection, "SELECT k, a, b, c FROM u ORDER BY k");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0], (Row{"x", "two", std::monostate{}, "other"})) << "c was not named";
    EXPECT_EQ(all[1], (Row{"y", "three", std::int64_t{3}, "kept"}));
}

void upsert_of_a_key_alone_inserts_or_does_nothing(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    execute(*connection, "CREATE TABLE u (a BIGINT, b BIGINT, v TEXT, PRIMARY KEY (a, b))");
    const std::string sql = scene.dialect().upsert("u", Names{"a", "b"}, Names{"a", "b"});
    EXPECT_EQ(execute(*connection, sql, {integer(1), integer(2)}), 1);
    execute(*connection, "UPDATE u SET v = 'kept'");
    EXPECT_EQ(execute(*connection, sql, {integer(1), integer(2)}), 0);
    EXPECT_EQ(execute(*connection, sql, {integer(1), integer(3)}), 1);
    EXPECT_EQ(text(*connection, "SELECT v FROM u WHERE b = 2"), "kept");
}

// Columns in another order than the key, the key in the middle.
void upsert_takes_columns_in_the_order_given(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    execute(*connection, "CREATE TABLE u (a BIGINT, b BIGINT, v TEXT, w TEXT, PRIMARY KEY (a, b))");
    const std::string sql = scene.dialect().upsert("u", Names{"a", "b"}, Names{"v", "b", "w", "a"});
    execute(*connection, sql, {words("v1"), integer(2), words("w1"), integer(1)});
    execute(*connection, sql, {words("v2"), integer(2), words("w2"), integer(1)});
    EXPECT_EQ(rows(*connection, "SELECT a, b, v, w FROM u"),
              (std::vector<Row>{{std::int64_t{1}, std::int64_t{2}, "v2", "w2"}}));
}

// It must not delete and insert: that fires other triggers, loses columns and breaks references.
void upsert_keeps_rows_that_refer_to_it(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    execute(*connection, "CREATE TABLE u (k BIGINT PRIMARY KEY, v TEXT)");
    execute(*connection,
            "CREATE TABLE r (k BIGINT PRIMARY KEY REFERENCES u (k) ON DELETE CASCADE)");
    const std::string sql = scene.dialect().upsert("u", Names{"k"}, Names{"k", "v"});
    execute(*connection, sql, {integer(1), words("a")});
    execute(*connection, "INSERT INTO r VALUES (1)");
    execute(*connection, sql, {integer(1), words("b")});
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM r"), 1);
}

void upsert_quotes_hostile_names(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    for (const std::string& name : hostile_names()) {
        const std::string quoted = scene.dialect().quote(name);
        execute(*connection,
                "CREATE TABLE " + quoted + " (id BIGINT PRIMARY KEY, " + quoted + " TEXT)");
        const std::string sql = scene.dialect().upsert(name, Names{"id"}, Names{"id", name});
        execute(*connection, sql, {integer(1), words("a")});
        execute(*connection, sql, {integer(1), words("b")});
        EXPECT_EQ(text(*connection, "SELECT " + quoted + " FROM " + quoted), "b") << name;
        execute(*connection, "DROP TABLE " + quoted);
    }
}

void an_impossible_upsert_is_usage(const Backend& backend) {
    Scene scene{backend};
    const auto write = [&](const Names& key, const Names& columns) {
        return code_of([&] { static_cast<void>(scene.dialect().upsert("u", key, columns)); });
    };
    EXPECT_EQ(write({}, {"a"}), Errc::usage) << "no key";
    EXPECT_EQ(write({"k"}, {}), Errc::usage) << "no columns";
}

void the_claim_clause_fits_behind_a_query(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 3);
    const std::string_view clause = scene.dialect().claim_clause();
    EXPECT_TRUE(clause.empty() || clause.front() == ' ') << "'" << clause << "'";
    connection->begin(TransactionMode::write);
    EXPECT_EQ(
        rows(*connection, "SELECT id FROM t WHERE id > ? ORDER BY id LIMIT 2" + std::string{clause},
             {integer(1)})
            .size(),
        2U);
    connection->commit();
}

void placeholders_are_numbered_from_one(const Backend& backend) {
    Scene scene{backend};
    for (const std::size_t n : {std::size_t{1}, std::size_t{2}, std::size_t{12}}) {
        const std::string placeholder = scene.dialect().placeholder(n);
        const bool numbered = placeholder.find(std::to_string(n)) != std::string::npos;
        EXPECT_TRUE(placeholder == "?" || numbered) << placeholder;
    }
}

Table searched_table() {
    Table table;
    table.name = "u";
    table.columns = {column("id", ColumnType::identity, false), column("head", ColumnType::text),
                     column("odd \"name", ColumnType::text)};
    table.primary_key = {"id"};
    table.search_indexes = {{"u_search", {"head", "odd \"name"}, "id", {}}};
    return table;
}

// Every character a search engine may take for an operator is a character.
void a_search_finds_rows_that_hold_every_word(const Backend& backend) {
    Scene scene{backend};
    const Table table = searched_table();
    const Dialect& dialect = scene.dialect();
    if (!scene.has(Capability::full_text)) {
        EXPECT_EQ(
            code_of([&] { static_cast<void>(dialect.search("u", table.search_indexes.front())); }),
            Errc::unsupported);
        return;
    }
    const auto connection = scene.connect();
    create(scene, *connection, table);
    execute(*connection, "INSERT INTO u (head) VALUES ('red apple')");
    execute(*connection, "INSERT INTO u (head, " + dialect.quote("odd \"name") +
                             ") VALUES ('green apple', 'a red worm, foo-bar')");
    const std::string search = dialect.search("u", table.search_indexes.front());
    const auto found = [&](std::string_view words_of_a_person) {
        const std::string words_as_taken = dialect.search_words(words_of_a_person);
        return rows(*connection,
                    "SELECT u.id FROM u JOIN (" + search + ") f ON f.found = u.id ORDER BY u.id",
                    {words(words_as_taken)})
            .size();
    };
    EXPECT_EQ(found("apple"), 2U);
    EXPECT_EQ(found("RED  apple"), 2U);
    EXPECT_EQ(found("worm red\tgreen"), 1U);
    EXPECT_EQ(found("foo-bar"), 1U);
    EXPECT_EQ(found("apple+red"), 2U) << "words in any order, whatever stands between them";
    EXPECT_EQ(found("apple pear"), 0U);
    for (const std::string_view hostile :
         {"", " ", "\"", "'", "apple OR pear", "apple NOT worm", "NEAR(red apple", "head:pear",
          "pear*", "!pear", "pear | red", "pear <-> red", "(", "*", "pear:*", "a\"b pear",
          "-pear"}) {
        EXPECT_EQ(found(hostile), 0U) << hostile;
    }
    EXPECT_EQ(found("apple*"), 2U);
    EXPECT_EQ(found("\"apple\""), 2U);
}

void a_search_ranks_what_fits_best_highest(const Backend& backend) {
    Scene scene{backend};
    if (!scene.has(Capability::full_text)) {
        return;
    }
    const Table table = searched_table();
    const auto connection = scene.connect();
    create(scene, *connection, table);
    execute(*connection, "INSERT INTO u (head) VALUES ('pear one two three four five six')");
    execute(*connection, "INSERT INTO u (head) VALUES ('pear pear pear')");
    execute(*connection, "INSERT INTO u (head) VALUES ('apple')");
    const std::string taken = scene.dialect().search_words("pear");
    EXPECT_EQ(
        rows(*connection,
             "SELECT found FROM (" + scene.dialect().search("u", table.search_indexes.front()) +
                 ") f ORDER BY rank DESC",
             {words(taken)}),
        (std::vector<Row>{{std::int64_t{2}}, {std::int64_t{1}}}));
}

// Old programs have spelled instants in several ways: each counts as the instant it means.
void instants_compare_whatever_their_spelling(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    Table table;
    table.name = "u";
    table.columns = {column("id", ColumnType::integer), column("at", ColumnType::timestamp)};
    create(scene, *connection, table);
    for (const char* values : {"1, '2026-01-02 23:00:00'", "2, '2026-01-02T22:00:00.500000+00:00'",
                               "3, '2026-01-02T22:00:01Z'", "4, '2026-01-03T00:30:00.250000+02:00'",
                               "5, '2026-01-02 21:59:59.999000'", "6, NULL"}) {
        execute(*connection, std::string{"INSERT INTO u (id, at) VALUES ("} + values + ")");
    }
    const Timestamp limit = *parse_timestamp("2026-01-02 22:00:01");
    const Dialect& dialect = scene.dialect();
    EXPECT_EQ(rows(*connection,
                   "SELECT id FROM u WHERE " + dialect.instant("at") + " <= " +
                       dialect.instant("?") + " ORDER BY " + dialect.instant("at") + " DESC",
                   {ValueView::timestamp(limit)}),
              (std::vector<Row>{{std::int64_t{3}}, {std::int64_t{2}}, {std::int64_t{5}}}));
    EXPECT_EQ(rows(*connection, "SELECT id FROM u ORDER BY " + dialect.instant("at") +
                                    " DESC NULLS LAST LIMIT 2"),
              (std::vector<Row>{{std::int64_t{1}}, {std::int64_t{4}}}));
}

constexpr std::array<Case, 14> cases{{
    {"hostile_names_work_as_tables_and_columns", hostile_names_work_as_tables_and_columns},
    {"a_name_that_cannot_be_is_usage", a_name_that_cannot_be_is_usage},
    {"literals_mean_their_text", literals_mean_their_text},
    {"upsert_inserts_then_sets", upsert_inserts_then_sets},
    {"upsert_of_a_key_alone_inserts_or_does_nothing",
     upsert_of_a_key_alone_inserts_or_does_nothing},
    {"upsert_takes_columns_in_the_order_given", upsert_takes_columns_in_the_order_given},
    {"upsert_keeps_rows_that_refer_to_it", upsert_keeps_rows_that_refer_to_it},
    {"upsert_quotes_hostile_names", upsert_quotes_hostile_names},
    {"an_impossible_upsert_is_usage", an_impossible_upsert_is_usage},
    {"a_search_finds_rows_that_hold_every_word", a_search_finds_rows_that_hold_every_word},
    {"a_search_ranks_what_fits_best_highest", a_search_ranks_what_fits_best_highest},
    {"instants_compare_whatever_their_spelling", instants_compare_whatever_their_spelling},
    {"the_claim_clause_fits_behind_a_query", the_claim_clause_fits_behind_a_query},
    {"placeholders_are_numbered_from_one", placeholders_are_numbered_from_one},
}};

}  // namespace

std::span<const Case> dialect_cases() { return cases; }

}  // namespace enginebay::conformance
