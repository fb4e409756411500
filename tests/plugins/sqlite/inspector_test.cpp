// SPDX-License-Identifier: BSL-1.0
// Inspection: what counts as a difference of structure and what does not.
#include "fixture.hpp"

#include <algorithm>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

class InspectorTest : public SqliteTest {
protected:
    Structure facts(const std::vector<std::string>& statements,
                    const std::vector<std::string>& ignored = {}) {
        return engine_->migrator()->scratch(*connection_, statements, ignored);
    }
    void same(const std::string& one, const std::string& two) {
        EXPECT_EQ(facts({one}), facts({two})) << one << "\n" << two;
    }
    void different(const std::string& one, const std::string& two) {
        EXPECT_NE(facts({one}), facts({two})) << one << "\n" << two;
    }
    std::unique_ptr<Connection> connection_ = connect();
};

TEST_F(InspectorTest, the_spelling_is_no_difference) {
    same("CREATE TABLE t (a TEXT NOT NULL DEFAULT 'x', b INTEGER)",
         "create table IF NOT EXISTS \"t\" ( [b]  integer -- second\n, `a` text /* first */ not "
         "null default 'x')");
    same("CREATE TABLE t (a TIMESTAMP DEFAULT CURRENT_TIMESTAMP)",
         "CREATE TABLE t (a timestamp DEFAULT current_timestamp)");
    same("CREATE TABLE t (a TEXT CHECK (a IN ('x','Y')))",
         "CREATE TABLE t (a TEXT, CHECK(\"a\" in ( 'x' , 'Y' )))");
    same("CREATE TABLE t (a VARCHAR(20), UNIQUE (a))", "CREATE TABLE t (a varchar( 20 ) UNIQUE)");
    same("CREATE TABLE t (a TEXT PRIMARY KEY)", "CREATE TABLE t (a TEXT, PRIMARY KEY (a))");
    same("CREATE VIEW v AS SELECT 1 AS a", "create view if not exists \"v\" as select 1 as \"a\"");
    same("CREATE VIRTUAL TABLE f USING fts5(a, b, content='t', content_rowid='id')",
         "CREATE VIRTUAL TABLE \"f\" using FTS5 (a,b, content=\"t\",\n content_rowid=id)");
}

TEST_F(InspectorTest, the_way_there_is_no_difference) {
    EXPECT_EQ(facts({"CREATE TABLE t (a TEXT)", "ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 0"}),
              facts({"CREATE TABLE t (b INTEGER DEFAULT 0, a TEXT)"}));
    EXPECT_EQ(
        facts({"CREATE TABLE u (a TEXT)", "CREATE INDEX i ON u (a)", "ALTER TABLE u RENAME TO t"}),
        facts({"CREATE TABLE t (a TEXT)", "CREATE INDEX IF NOT EXISTS i ON \"t\"(a)"}));
}

TEST_F(InspectorTest, the_meaning_is_a_difference) {
    different("CREATE TABLE t (a TEXT)", "CREATE TABLE t (a TEXT NOT NULL)");
    different("CREATE TABLE t (a TEXT)", "CREATE TABLE t (a INTEGER)");
    different("CREATE TABLE t (a TEXT)", "CREATE TABLE t (a TEXT DEFAULT '')");
    different("CREATE TABLE t (a TEXT DEFAULT 'x')", "CREATE TABLE t (a TEXT DEFAULT 'X')");
    different("CREATE TABLE t (a TEXT)", "CREATE TABLE t (a TEXT COLLATE NOCASE)");
    different("CREATE TABLE t (a TEXT)", "CREATE TABLE t (a TEXT) STRICT");
    different("CREATE TABLE t (a TEXT PRIMARY KEY)",
              "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID");
    different("CREATE TABLE t (a INTEGER PRIMARY KEY)",
              "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)");
    different("CREATE TABLE t (a TEXT CHECK (a IN ('x')))",
              "CREATE TABLE t (a TEXT CHECK (a IN ('X')))");
    different("CREATE TABLE t (a TEXT CHECK (a > 1))", "CREATE TABLE t (a TEXT)");
    different("CREATE TABLE t (a, b, UNIQUE (a, b))", "CREATE TABLE t (a, b, UNIQUE (b, a))");
    different("CREATE TABLE t (a, b AS (a || 'x'))", "CREATE TABLE t (a, b AS (a || 'y'))");
    different("CREATE TABLE t (a, b AS (a) STORED)", "CREATE TABLE t (a, b AS (a))");
    different("CREATE VIEW v AS SELECT 1", "CREATE VIEW v AS SELECT 2");
    different("CREATE VIRTUAL TABLE f USING fts5(a)",
              "CREATE VIRTUAL TABLE f USING fts5(a, tokenize = 'porter')");
}

TEST_F(InspectorTest, indexes_and_keys_count_to_the_last_word) {
    const std::string table = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT)";
    const auto index = [&](const std::string& sql) { return facts({table, sql}); };
    const Structure plain = index("CREATE INDEX i ON t (a, b)");
    EXPECT_EQ(plain, index("CREATE INDEX i ON t (\"a\" ASC, b COLLATE BINARY)"));
    for (const char* other :
         {"CREATE INDEX i ON t (b, a)", "CREATE INDEX i ON t (a, b DESC)",
          "CREATE UNIQUE INDEX i ON t (a, b)", "CREATE INDEX i ON t (a, b) WHERE a > ''",
          "CREATE INDEX i ON t (a COLLATE NOCASE, b)", "CREATE INDEX i ON t (a, lower(b))"}) {
        EXPECT_NE(plain, index(other)) << other;
    }
    EXPECT_NE(index("CREATE INDEX i ON t (lower(a))"), index("CREATE INDEX i ON t (upper(a))"));
    EXPECT_NE(index("CREATE INDEX i ON t (a) WHERE b > ''"),
              index("CREATE INDEX i ON t (a) WHERE b > 'x'"));
    const auto key = [&](const std::string& sql) { return facts({table, sql}); };
    const Structure reference = key("CREATE TABLE c (p INTEGER REFERENCES t)");
    EXPECT_EQ(reference, key("CREATE TABLE c (p INTEGER, FOREIGN KEY (p) REFERENCES t (id))"));
    EXPECT_NE(reference, key("CREATE TABLE c (p INTEGER REFERENCES t ON DELETE CASCADE)"));
    EXPECT_NE(reference, key("CREATE TABLE c (p INTEGER REFERENCES t DEFERRABLE INITIALLY "
                             "DEFERRED)"));
}

TEST_F(InspectorTest, triggers_count_by_their_meaning) {
    const auto trigger = [&](const std::string& sql) { return facts({"CREATE TABLE t (a)", sql}); };
    const Structure one =
        trigger("CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM t WHERE a = 'B'; END");
    EXPECT_EQ(one,
              trigger("create trigger \"x\"\nafter insert on [t] begin\n  delete from t -- all\n"
                      "  where a='B';\nend"));
    EXPECT_NE(one,
              trigger("CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM t WHERE a = 'b'; END"));
    EXPECT_NE(one,
              trigger("CREATE TRIGGER x AFTER DELETE ON t BEGIN DELETE FROM t WHERE a = 'B'; END"));
}

TEST_F(InspectorTest, the_facts_say_what_they_are_about) {
    const Structure structure =
        facts({"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL DEFAULT "
               "'it''s', UNIQUE (a, id), CONSTRAINT short CHECK (length(a) < 9))"});
    EXPECT_EQ(structure, (Structure{{"check", "t", "short", "length (a) < 9"},
                                    {"column", "t", "a", "TEXT NOT NULL DEFAULT 'it''s'"},
                                    {"column", "t", "id", "INTEGER"},
                                    {"primary_key", "t", "id", "id AUTOINCREMENT"},
                                    {"table", "t", "t", ""},
                                    {"unique", "t", "a, id", "a, id"}}));
}

TEST_F(InspectorTest, other_peoples_tables_are_not_looked_at) {
    const std::vector<std::string> statements{
        "CREATE TABLE mine (id INTEGER PRIMARY KEY AUTOINCREMENT)", "CREATE TABLE theirs_1 (a)",
        "CREATE INDEX theirs_index ON theirs_1 (a)",
        "CREATE TRIGGER theirs_trigger AFTER INSERT ON theirs_1 BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE theirs_f USING fts5(a)"};
    for (const StructureFact& fact : facts(statements, std::vector<std::string>{"theirs_?"})) {
        EXPECT_EQ(fact.table, "mine") << fact.name;
    }
    EXPECT_THAT(facts(statements, std::vector<std::string>{"*"}), IsEmpty());
}

TEST_F(InspectorTest, scratch_leaves_no_trace_and_says_what_is_wrong) {
    facts({"CREATE TABLE t (a)"});
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM sqlite_schema"), "0");
    const Error error = error_of([&] { facts({"CREATE TABLE t (a)", "CREATE TABEL u (a)"}); });
    EXPECT_EQ(error.code(), Errc::statement);
    EXPECT_EQ(error.sql(), "CREATE TABEL u (a)");
}

TEST_F(InspectorTest, a_read_only_connection_is_enough) {
    execute(*connection_, "CREATE TABLE t (a)");
    const auto reader = connect(Access::read_only);
    EXPECT_THAT(engine_->migrator()->inspect(*reader, {}),
                Contains(StructureFact{"column", "t", "a", ""}));
}

TEST_F(InspectorTest, the_migration_lock_is_the_write_transaction) {
    const auto migrator = engine_->migrator();
    EXPECT_EQ(error_of([&] { migrator->try_lock(*connection_); }).code(), Errc::usage);
    connection_->begin(TransactionMode::write);
    EXPECT_TRUE(migrator->try_lock(*connection_));
    connection_->rollback();
}

}  // namespace
}  // namespace enginebay::testing
