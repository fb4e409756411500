// SPDX-License-Identifier: BSL-1.0
// Rendering: operations as SQL that does what they say.
#include "fixture.hpp"

#include <enginebay/operation.hpp>

#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Column column(std::string name, ColumnType type, bool nullable = true,
              std::optional<Default> fallback = {}) {
    return {std::move(name), type, nullable, std::move(fallback), {}, {}};
}

Table notes() {
    Table table;
    table.name = "notes";
    table.columns = {column("id", ColumnType::identity, false),
                     column("title", ColumnType::text, false, Value{std::string{"it's"}}),
                     column("body", ColumnType::text),
                     column("created_at", ColumnType::timestamp, true, CurrentTimestamp{}),
                     column("done", ColumnType::boolean, true, Value{false})};
    table.primary_key = {"id"};
    table.uniques = {{"", {"title", "body"}}};
    table.checks = {{"", "done IN (0, 1)"}};
    table.indexes = {
        {"notes_by_age", {{"created_at", "", true}, {"title", "", false}}, false, "done = 0"}};
    table.search_indexes = {{"notes_fts", {"title", "body"}, "id", {}}};
    return table;
}

class RenderTest : public SqliteTest {
protected:
    std::vector<std::string> render(const Operation& operation, const Schema& before = {}) {
        return engine_->migrator()->render(operation, before);
    }
    void apply(const Operation& operation, const Schema& before = {}) {
        for (const std::string& statement : render(operation, before)) {
            execute(*connection_, statement);
        }
    }
    Structure live() { return engine_->migrator()->inspect(*connection_, {}); }
    std::unique_ptr<Connection> connection_ = connect();
};

TEST_F(RenderTest, a_table_is_written_as_an_author_would) {
    EXPECT_EQ(render(CreateTable{notes()}).front(),
              "CREATE TABLE notes (\n"
              "    id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
              "    title TEXT NOT NULL DEFAULT 'it''s',\n"
              "    body TEXT,\n"
              "    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,\n"
              "    done BOOLEAN DEFAULT 0,\n"
              "    UNIQUE (title, body),\n"
              "    CHECK (done IN (0, 1))\n"
              ")");
    EXPECT_EQ(render(CreateTable{notes()})[1],
              "CREATE INDEX notes_by_age ON notes (created_at DESC, title) WHERE done = 0");
}

TEST_F(RenderTest, every_type_and_default_has_its_form) {
    Table table;
    table.name = "order";  // a keyword
    table.columns = {
        column("key", ColumnType::text),
        column("i", ColumnType::integer, false, Value{std::int64_t{-5}}),
        column("r", ColumnType::real, true, Value{2.0}),
        column("b", ColumnType::blob, true, Value{Blob{std::byte{0x0a}, std::byte{0xff}}}),
        column("j", ColumnType::json, true, Value{std::string{"{}"}}),
        column("u", ColumnType::uuid),
        column("n", ColumnType::text, true, Value{}),
        column("two words", ColumnType::text),
    };
    table.columns[5].native["sqlite"] = "CHAR(36)";
    table.columns[5].native["other"] = "UNIQUEIDENTIFIER";
    table.primary_key = {"key"};
    table.foreign_keys = {
        {"fk", {"u"}, "order", {"key"}, ReferentialAction::cascade, ReferentialAction::set_null}};
    const std::string sql = render(CreateTable{table}).front();
    EXPECT_THAT(sql, HasSubstr("CREATE TABLE \"order\""));
    EXPECT_THAT(sql, HasSubstr("\"key\" TEXT PRIMARY KEY,"))
        << "nullable, as old databases have it";
    EXPECT_THAT(sql, HasSubstr("i INTEGER NOT NULL DEFAULT -5"));
    EXPECT_THAT(sql, HasSubstr("r REAL DEFAULT 2.0"));
    EXPECT_THAT(sql, HasSubstr("b BLOB DEFAULT x'0aff'"));
    EXPECT_THAT(sql, HasSubstr("j TEXT DEFAULT '{}'"));
    EXPECT_THAT(sql, HasSubstr("u CHAR(36)"));
    EXPECT_THAT(sql, HasSubstr("n TEXT DEFAULT NULL"));
    EXPECT_THAT(sql, HasSubstr("\"two words\" TEXT"));
    EXPECT_THAT(sql, HasSubstr("CONSTRAINT fk FOREIGN KEY (u) REFERENCES \"order\" (\"key\") ON "
                               "DELETE CASCADE ON UPDATE SET NULL"));
    execute(*connection_, sql);
}

TEST_F(RenderTest, a_search_index_follows_its_table) {
    apply(CreateTable{notes()});
    execute(*connection_, "INSERT INTO notes (title, body) VALUES ('first', 'apples and pears')");
    execute(*connection_, "INSERT INTO notes (title, body) VALUES ('second', 'plums')");
    const std::string find = "SELECT group_concat(rowid) FROM notes_fts WHERE notes_fts MATCH ?";
    EXPECT_EQ(ask(*connection_, find, {ValueView::text("pears")}), "1");
    execute(*connection_, "UPDATE notes SET body = 'cherries' WHERE id = 1");
    EXPECT_EQ(ask(*connection_, find, {ValueView::text("pears")}), "NULL");
    EXPECT_EQ(ask(*connection_, find, {ValueView::text("cherries")}), "1");
    execute(*connection_, "DELETE FROM notes WHERE id = 2");
    EXPECT_EQ(ask(*connection_, find, {ValueView::text("plums")}), "NULL");
    execute(*connection_, "INSERT INTO notes_fts(notes_fts, rank) VALUES ('integrity-check', 1)");
}

TEST_F(RenderTest, a_search_index_made_later_finds_what_was_there) {
    Table table = notes();
    const SearchIndex index = std::exchange(table.search_indexes, {}).front();
    apply(CreateTable{table});
    const Structure without = live();
    execute(*connection_, "INSERT INTO notes (title, body) VALUES ('first', 'apples')");
    apply(CreateSearchIndex{"notes", index});
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM notes_fts WHERE notes_fts MATCH 'apples'"),
              "1");
    Schema schema;
    schema.tables = {notes()};
    apply(DropSearchIndex{"notes", "notes_fts"}, schema);
    EXPECT_EQ(live(), without);
}

TEST_F(RenderTest, dropping_undoes_making) {
    const Schema schema{{notes()}, {}};
    apply(CreateTable{notes()});
    const Structure whole = live();
    apply(DropIndex{"notes", "notes_by_age"}, schema);
    EXPECT_NE(live(), whole);
    apply(CreateIndex{"notes", notes().indexes.front()}, schema);
    EXPECT_EQ(live(), whole);
    apply(DropTable{"notes"}, schema);
    EXPECT_THAT(live(), IsEmpty());
}

TEST_F(RenderTest, a_column_is_added_in_place) {
    EXPECT_THAT(
        render(AddColumn{"notes", column("v", ColumnType::text, false, Value{std::string{"p"}})}),
        ElementsAre("ALTER TABLE notes ADD COLUMN v TEXT NOT NULL DEFAULT 'p'"));
    EXPECT_EQ(
        error_of([&] { render(AddColumn{"notes", column("n", ColumnType::identity)}); }).code(),
        Errc::unsupported);
}

TEST_F(RenderTest, hand_written_statements_are_taken_for_this_backend) {
    EXPECT_THAT(render(Execute{{"SELECT 1", "SELECT 2"}, {}, {}}),
                ElementsAre("SELECT 1", "SELECT 2"));
    EXPECT_THAT(render(Execute{{}, {{"sqlite", {"SELECT 3"}}, {"other", {"SELECT 4"}}}, {}}),
                ElementsAre("SELECT 3"));
    EXPECT_THAT(render(Execute{{}, {{"other", {"SELECT 4"}}}, {"sqlite"}}), IsEmpty());
}

}  // namespace
}  // namespace enginebay::testing
