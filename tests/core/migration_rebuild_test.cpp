// SPDX-License-Identifier: BSL-1.0
// Tests: tables that have to be copied, and everything about them that a copy could lose.
#include "migration_run_fixture.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string tables =
    "  - create_table:\n"
    "      name: people\n"
    "      columns: [{name: id, type: identity}, {name: mail, type: text, nullable: false}]\n"
    "      primary_key: [id]\n"
    "  - create_table:\n"
    "      name: notes\n"
    "      columns:\n"
    "        - {name: id, type: identity}\n"
    "        - {name: owner, type: integer}\n"
    "        - {name: title, type: text}\n"
    "        - {name: size, type: integer, default: 1}\n"
    "      primary_key: [id]\n"
    "      foreign_keys:\n"
    "        - {columns: [owner], references: {table: people, columns: [id]}, on_delete: cascade}\n"
    "      search_indexes: [{name: notes_search, columns: [title], key: id}]\n";

const std::string copy_people =
    "  - alter_column: {table: people, column: {name: mail, type: text, default: none}}\n";

class MigrationRebuild : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        folder_.revision("0001_base", "", tables);
        database_.emplace(create_database());
        target().upgrade();
        run("INSERT INTO people (mail) VALUES ('a'), ('b'), ('c')");
        run("DELETE FROM people WHERE mail = 'c'");
        run("INSERT INTO notes (owner, title) VALUES (1, 'one'), (2, 'two')");
    }
    Target target() { return {*database_, folder_.load()}; }
    void run(const std::string& sql) { target().run(sql); }
    std::int64_t count(const std::string& from) { return target().count(from); }
    Structure structure() {
        Structure facts = target().structure();
        std::erase_if(
            facts, [](const StructureFact& fact) { return fact.table.starts_with("enginebay_"); });
        return facts;
    }
    void step(const std::string& operations) {
        folder_.revision("0002_step", "0001_base", operations);
        try {
            target().upgrade();
        } catch (const Error& error) {
            ADD_FAILURE() << error.what();
        }
    }
    std::string refusal(const std::string& operations) {
        const Structure before = structure();
        folder_.revision("0002_step", "0001_base", operations);
        const Error error = error_of(Errc::migration_failed, [&] { target().upgrade(); });
        EXPECT_EQ(structure(), before);
        EXPECT_EQ(count("people"), 2);
        EXPECT_EQ(count("notes"), 2);
        return error.what();
    }

    MigrationFolder folder_;
    std::optional<TestDatabase> database_;
};

TEST_F(MigrationRebuild, what_hangs_on_the_table_is_there_afterwards) {
    run("CREATE INDEX own_index ON people (mail COLLATE NOCASE DESC, length(mail)) WHERE id > 0");
    run("CREATE TABLE log (line TEXT)");
    run("CREATE TRIGGER own_trigger AFTER INSERT ON people BEGIN INSERT INTO log VALUES "
        "(new.mail); END");
    run("CREATE VIEW own_view AS SELECT mail FROM people");
    run("CREATE TRIGGER far_trigger AFTER DELETE ON log BEGIN UPDATE people SET mail = 'x'; END");
    const Structure before = structure();
    step(copy_people);
    Structure expected = before;
    for (StructureFact& fact : expected) {
        if (fact.kind == "column" && fact.table == "people" && fact.name == "mail") {
            fact.definition = "TEXT DEFAULT 'none'";
        }
    }
    EXPECT_EQ(structure(), expected);
    run("INSERT INTO people (mail) VALUES ('d')");
    EXPECT_EQ(count("log WHERE line = 'd'"), 1);
    EXPECT_EQ(count("own_view"), 3);
    EXPECT_EQ(count("people WHERE id = 4"), 1) << "3 was given out and is not given again";
    EXPECT_EQ(count("notes n JOIN people p ON p.id = n.owner"), 2);
    EXPECT_EQ(count("pragma_foreign_keys WHERE foreign_keys = 1"), 1);
    EXPECT_EQ(count("pragma_legacy_alter_table WHERE legacy_alter_table = 0"), 1);
}

TEST_F(MigrationRebuild, a_full_text_index_follows_its_copied_table) {
    step("  - add_check: {table: notes, check: {name: notes_size, expression: size > 0}}\n");
    EXPECT_EQ(count("notes_search('two')"), 1);
    run("UPDATE notes SET title = 'three' WHERE id = 2");
    EXPECT_EQ(count("notes_search('two')"), 0);
    EXPECT_EQ(count("notes_search('three')"), 1);
}

TEST_F(MigrationRebuild, the_copy_of_an_empty_table_keeps_its_numbers) {
    run("DELETE FROM people");
    step(copy_people);
    run("INSERT INTO people (mail) VALUES ('d')");
    EXPECT_EQ(count("people WHERE id = 4"), 1);
}

TEST_F(MigrationRebuild, what_a_copy_would_lose_is_named_and_refused) {
    run("ALTER TABLE people ADD COLUMN own TEXT");
    EXPECT_THAT(refusal(copy_people),
                AllOf(HasSubstr("no operation says so"), HasSubstr("column people.own: TEXT")));
}

TEST_F(MigrationRebuild, a_table_of_another_kind_is_refused) {
    run("DROP TABLE notes_search");
    run("DROP TABLE notes");
    run("CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, owner INTEGER, title TEXT "
        "COLLATE NOCASE, size INTEGER DEFAULT 1 CHECK (size < 99), FOREIGN KEY (owner) REFERENCES "
        "people (id) ON DELETE CASCADE) STRICT");
    run("CREATE VIRTUAL TABLE notes_search USING fts5(title, content='notes', "
        "content_rowid='id')");
    run("INSERT INTO notes (owner, title) VALUES (1, 'one'), (2, 'two')");
    EXPECT_THAT(refusal("  - add_unique: {table: notes, unique: [title]}\n"),
                AllOf(HasSubstr("table notes: STRICT"), HasSubstr("TEXT COLLATE NOCASE"),
                      HasSubstr("check notes.size < 99")));
}

TEST_F(MigrationRebuild, new_orphans_are_refused_and_old_ones_are_not) {
    EXPECT_THAT(refusal("  - add_foreign_key: {table: notes, foreign_key: {columns: [size], "
                        "references: {table: people, columns: [id]}}}\n"
                        "  - update_rows: {table: notes, set: {size: 9}, where: {id: 2}}\n"),
                HasSubstr("1 rows of notes refer to rows of people that are not there"));
    const auto engine = database_->engine();
    const auto connection = engine->connect(Access::read_write);
    connection->execute("PRAGMA foreign_keys = OFF", {});
    connection->execute("UPDATE notes SET owner = 77 WHERE id = 1", {});
    step(copy_people);
    EXPECT_EQ(count("notes WHERE owner = 77"), 1);
}

TEST_F(MigrationRebuild, values_that_are_none_of_the_new_type_are_refused) {
    EXPECT_THAT(refusal("  - alter_column: {table: people, column: {name: mail, type: integer}}\n"),
                HasSubstr("the value 'a' of people.mail is none of its new type"));
}

TEST_F(MigrationRebuild, a_view_that_would_break_is_refused) {
    run("CREATE VIEW own_view AS SELECT size FROM notes");
    EXPECT_THAT(refusal("  - drop_column: {table: notes, column: size}\n" + copy_people),
                HasSubstr("own_view"));
}

}  // namespace
}  // namespace enginebay::testing
