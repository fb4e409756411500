// SPDX-License-Identifier: BSL-1.0
// Cases of Migrator::inspect and scratch: facts that are equal exactly when the things are.
#include "cases.hpp"
#include "sample_schema.hpp"
#include "scene.hpp"

#include <algorithm>

namespace enginebay::conformance {
namespace {

class Inspection {
public:
    explicit Inspection(const Backend& backend)
        : scene{backend}, connection{scene.connect()}, migrator{scene.engine().migrator()} {}

    Structure live(const std::vector<std::string>& ignored = {}) {
        return migrator->inspect(*connection, ignored);
    }
    Structure scratch(const std::vector<std::string>& statements,
                      const std::vector<std::string>& ignored = {}) {
        return migrator->scratch(*connection, statements, ignored);
    }
    std::vector<std::string> rendered(const std::vector<Table>& tables) {
        std::vector<std::string> all;
        for (const Table& table : tables) {
            const std::vector<std::string> some = migrator->render(CreateTable{table}, {});
            all.insert(all.end(), some.begin(), some.end());
        }
        return all;
    }
    void run(const std::vector<std::string>& statements) {
        for (const std::string& sql : statements) {
            connection->execute(sql, {});
        }
    }

    Scene scene;
    std::unique_ptr<Connection> connection;
    std::unique_ptr<Migrator> migrator;
};

void an_empty_database_has_no_facts(const Backend& backend) {
    Inspection inspection{backend};
    EXPECT_EQ(inspection.live(), Structure{});
    EXPECT_EQ(inspection.scratch({}), Structure{});
}

void every_part_is_a_fact_and_they_are_sorted(const Backend& backend) {
    Inspection inspection{backend};
    inspection.run(inspection.rendered({folders_table(), notes_table()}));
    const Structure facts = inspection.live();
    EXPECT_TRUE(std::is_sorted(facts.begin(), facts.end()));
    EXPECT_EQ(std::adjacent_find(facts.begin(), facts.end()), facts.end()) << "none twice";
    const auto count = [&](const char* kind, const char* table) {
        return std::count_if(facts.begin(), facts.end(), [&](const StructureFact& fact) {
            return fact.kind == kind && fact.table == table;
        });
    };
    EXPECT_EQ(count("table", "notes"), 1);
    EXPECT_EQ(count("column", "notes"), 11);
    EXPECT_EQ(count("primary_key", "notes"), 1);
    EXPECT_EQ(count("unique", "notes"), 1);
    EXPECT_EQ(count("check", "notes"), 1);
    EXPECT_EQ(count("foreign_key", "notes"), 1);
    EXPECT_EQ(count("index", "notes"), 3);
    EXPECT_EQ(count("column", "folders"), 2);
}

// The comparison everything rests on: declared against live.
void scratch_equals_what_the_same_statements_make(const Backend& backend) {
    Inspection inspection{backend};
    Table notes = notes_table();
    if (inspection.scene.has(Capability::full_text)) {
        SearchIndex search;
        search.name = "notes_search";
        search.columns = {"title", "body"};
        search.key = "id";
        notes.search_indexes = {search};
    }
    const std::vector<std::string> statements = inspection.rendered({folders_table(), notes});
    const Structure declared = inspection.scratch(statements);
    EXPECT_FALSE(declared.empty());
    inspection.run(statements);
    EXPECT_EQ(inspection.live(), declared);
    EXPECT_EQ(inspection.scratch(statements), declared) << "also beside the live tables";
}

void scratch_leaves_no_trace(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.footprint);
    Inspection inspection{backend};
    create_numbers(*inspection.connection, 1);
    const Structure before = inspection.live();
    const std::string made = backend.footprint(inspection.scene.config());
    inspection.scratch(inspection.rendered({folders_table(), notes_table()}));
    EXPECT_EQ(backend.footprint(inspection.scene.config()), made) << "nor in a corner";
    EXPECT_FALSE(inspection.connection->in_transaction());
    EXPECT_EQ(inspection.live(), before);
    EXPECT_EQ(number(*inspection.connection, "SELECT count(*) FROM t"), 1);
    EXPECT_EQ(execute(*inspection.connection, "INSERT INTO t VALUES (2, 'x')"), 1);
    EXPECT_EQ(code_of([&] { query(*inspection.connection, "SELECT id FROM notes"); }),
              Errc::statement);
    execute(*inspection.connection, "CREATE TABLE notes (id BIGINT)");
}

void scratch_that_fails_leaves_no_trace(const Backend& backend) {
    Inspection inspection{backend};
    create_numbers(*inspection.connection, 1);
    const Structure before = inspection.live();
    EXPECT_EQ(
        code_of([&] { inspection.scratch({"CREATE TABLE u (id BIGINT)", "NOT A STATEMENT"}); }),
        Errc::statement);
    EXPECT_FALSE(inspection.connection->in_transaction());
    EXPECT_EQ(inspection.live(), before);
    EXPECT_EQ(text(*inspection.connection, "SELECT v FROM t"), "one");
}

// Commands that only read compare too.
void scratch_works_on_a_reading_connection(const Backend& backend) {
    Inspection inspection{backend};
    const std::vector<std::string> statements =
        inspection.rendered({folders_table(), notes_table()});
    inspection.run(statements);
    const auto reader = inspection.scene.connect(Access::read_only);
    EXPECT_EQ(inspection.migrator->scratch(*reader, statements, {}), inspection.live());
    EXPECT_EQ(code_of([&] { execute(*reader, "DELETE FROM notes"); }), Errc::read_only);
}

void scratch_sees_nothing_of_the_live_database(const Backend& backend) {
    Inspection inspection{backend};
    create_numbers(*inspection.connection, 1);
    EXPECT_EQ(code_of([&] { inspection.scratch({"CREATE INDEX i ON t (v)"}); }), Errc::statement);
    EXPECT_FALSE(inspection.scratch({"CREATE TABLE t (other TEXT)"}).empty());
    EXPECT_EQ(text(*inspection.connection, "SELECT v FROM t"), "one");
}

// A backend whose scratch place is elsewhere may do it; the transaction stays what it is.
void scratch_does_no_harm_to_a_transaction(const Backend& backend) {
    Inspection inspection{backend};
    create_numbers(*inspection.connection, 1);
    inspection.connection->begin(TransactionMode::write);
    execute(*inspection.connection, "UPDATE t SET v = 'two'");
    try {
        inspection.scratch({"CREATE TABLE u (id BIGINT)"});
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::usage) << error.what();
    }
    EXPECT_TRUE(inspection.connection->in_transaction());
    inspection.connection->commit();
    EXPECT_EQ(text(*inspection.connection, "SELECT v FROM t"), "two");
}

void inspecting_works_inside_a_transaction_and_read_only(const Backend& backend) {
    Inspection inspection{backend};
    create_numbers(*inspection.connection, 1);
    const Structure outside = inspection.live();
    inspection.connection->begin(TransactionMode::read);
    EXPECT_EQ(inspection.live(), outside);
    EXPECT_TRUE(inspection.connection->in_transaction());
    inspection.connection->commit();
    inspection.connection->begin(TransactionMode::write);
    execute(*inspection.connection, "CREATE TABLE u (id BIGINT)");
    EXPECT_NE(inspection.live(), outside) << "it sees what the transaction made";
    inspection.connection->rollback();
    const auto reader = inspection.scene.connect(Access::read_only);
    EXPECT_EQ(inspection.migrator->inspect(*reader, {}), outside);
}

void formatting_is_no_difference(const Backend& backend) {
    Inspection inspection{backend};
    const Structure one = inspection.scratch(
        {"CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY, name TEXT DEFAULT 'x', "
         "n BIGINT CONSTRAINT n_check CHECK (n > 0))",
         "CREATE INDEX i ON a (name DESC) WHERE n > 1"});
    const Structure two = inspection.scratch(
        {"create   table\n\"a\" (\n  \"id\" bigint not null primary key, -- the key\n"
         "  \"name\" text default 'x',\n\tn bigint constraint n_check check(n>0)\n)",
         "create index \"i\" on \"a\"(\"name\" desc)\n where \"n\">1"});
    EXPECT_EQ(one, two);
}

void the_order_of_columns_is_no_difference(const Backend& backend) {
    Inspection inspection{backend};
    EXPECT_EQ(inspection.scratch({"CREATE TABLE a (x TEXT, y BIGINT)"}),
              inspection.scratch({"CREATE TABLE a (y BIGINT, x TEXT)"}));
}

// Each of them is something that rebuild tools and comparisons are known to overlook.
void every_difference_shows(const Backend& backend) {
    Inspection inspection{backend};
    const std::vector<std::string> base{
        "CREATE TABLE p (id BIGINT PRIMARY KEY)",
        "CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY, name TEXT DEFAULT 'x', m TEXT, n BIGINT "
        "CONSTRAINT n_check CHECK (n > 0), p BIGINT, CONSTRAINT a_p FOREIGN KEY (p) REFERENCES p "
        "(id))",
        "CREATE INDEX i ON a (name, n)"};
    const Structure before = inspection.scratch(base);
    struct Change {
        std::size_t statement;
        const char* from;
        const char* to;
    };
    const std::vector<Change> changes{
        {1, "m TEXT", "mm TEXT"},
        {1, "m TEXT", "m BIGINT"},
        {1, "m TEXT", "m TEXT NOT NULL"},
        {1, "DEFAULT 'x'", "DEFAULT 'y'"},
        {1, " DEFAULT 'x'", ""},
        {1, "n > 0", "n > 1"},
        {1, " CONSTRAINT n_check CHECK (n > 0)", ""},
        {1, "REFERENCES p (id)", "REFERENCES p (id) ON DELETE CASCADE"},
        {1, "REFERENCES p (id)", "REFERENCES p (id) ON UPDATE SET NULL"},
        {1, "p BIGINT,", "p BIGINT, UNIQUE (n),"},
        {1, "p BIGINT,", "p BIGINT, q TEXT,"},
        {1, "NOT NULL PRIMARY KEY", "NOT NULL"},
        {2, "INDEX i", "UNIQUE INDEX i"},
        {2, "INDEX i", "INDEX j"},
        {2, "(name, n)", "(n, name)"},
        {2, "(name, n)", "(name DESC, n)"},
        {2, "(name, n)", "(name)"},
        {2, "(name, n)", "(name, n) WHERE n > 5"},
        {2, "(name, n)", "(lower(name), n)"},
    };
    for (const Change& change : changes) {
        std::vector<std::string> changed = base;
        std::string& sql = changed[change.statement];
        const std::size_t at = sql.find(change.from);
        ASSERT_NE(at, std::string::npos) << change.from;
        sql.replace(at, std::string_view{change.from}.size(), change.to);
        EXPECT_NE(inspection.scratch(changed), before) << change.from << " -> " << change.to;
    }
    EXPECT_EQ(inspection.scratch(base), before);
}

void a_view_and_a_missing_index_show(const Backend& backend) {
    Inspection inspection{backend};
    create_numbers(*inspection.connection);
    const Structure before = inspection.live();
    execute(*inspection.connection, "CREATE VIEW seen AS SELECT id FROM t");
    EXPECT_NE(inspection.live(), before);
    execute(*inspection.connection, "DROP VIEW seen");
    EXPECT_EQ(inspection.live(), before);
    execute(*inspection.connection, "CREATE INDEX by_v ON t (v)");
    const Structure indexed = inspection.live();
    EXPECT_NE(indexed, before);
    execute(*inspection.connection, "DROP INDEX by_v");
    EXPECT_EQ(inspection.live(), before);
}

void ignored_tables_are_not_looked_at(const Backend& backend) {
    Inspection inspection{backend};
    create_numbers(*inspection.connection);
    const Structure before = inspection.live();
    inspection.run({"CREATE TABLE other_one (id BIGINT PRIMARY KEY, n BIGINT UNIQUE)",
                    "CREATE INDEX other_index ON other_one (n)",
                    "CREATE TABLE other_two (id BIGINT)", "CREATE TABLE x1 (id BIGINT)"});
    EXPECT_NE(inspection.live(), before);
    EXPECT_EQ(inspection.live({"other_*", "x?"}), before);
    EXPECT_EQ(inspection.live({"*"}), Structure{});
    EXPECT_EQ(
        inspection.scratch({"CREATE TABLE a (id BIGINT)", "CREATE TABLE ab (id BIGINT)"}, {"a?"}),
        inspection.scratch({"CREATE TABLE a (id BIGINT)"}));
}

void temporary_tables_are_no_structure(const Backend& backend) {
    Inspection inspection{backend};
    create_numbers(*inspection.connection);
    const Structure before = inspection.live();
    execute(*inspection.connection, "CREATE TEMPORARY TABLE passing (id BIGINT)");
    EXPECT_EQ(inspection.live(), before);
}

constexpr std::array<Case, 15> cases{{
    {"an_empty_database_has_no_facts", an_empty_database_has_no_facts},
    {"every_part_is_a_fact_and_they_are_sorted", every_part_is_a_fact_and_they_are_sorted},
    {"scratch_equals_what_the_same_statements_make", scratch_equals_what_the_same_statements_make},
    {"scratch_leaves_no_trace", scratch_leaves_no_trace},
    {"scratch_that_fails_leaves_no_trace", scratch_that_fails_leaves_no_trace},
    {"scratch_works_on_a_reading_connection", scratch_works_on_a_reading_connection},
    {"scratch_sees_nothing_of_the_live_database", scratch_sees_nothing_of_the_live_database},
    {"scratch_does_no_harm_to_a_transaction", scratch_does_no_harm_to_a_transaction},
    {"inspecting_works_inside_a_transaction_and_read_only",
     inspecting_works_inside_a_transaction_and_read_only},
    {"formatting_is_no_difference", formatting_is_no_difference},
    {"the_order_of_columns_is_no_difference", the_order_of_columns_is_no_difference},
    {"every_difference_shows", every_difference_shows},
    {"a_view_and_a_missing_index_show", a_view_and_a_missing_index_show},
    {"ignored_tables_are_not_looked_at", ignored_tables_are_not_looked_at},
    {"temporary_tables_are_no_structure", temporary_tables_are_no_structure},
}};

}  // namespace

std::span<const Case> structure_cases() { return cases; }

}  // namespace enginebay::conformance
