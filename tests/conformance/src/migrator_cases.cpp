// SPDX-License-Identifier: BSL-1.0
// Cases of Migrator::render and try_lock: what operations do to a database.
#include "cases.hpp"
#include "sample_schema.hpp"
#include "scene.hpp"

#include <future>

namespace enginebay::conformance {
namespace {

// The schema as operations change it, and the database beside it.
class Migration {
public:
    explicit Migration(const Backend& backend)
        : scene{backend}, connection{scene.connect()}, migrator{scene.engine().migrator()} {}

    void apply(const Operation& operation) {
        for (const std::string& sql : migrator->render(operation, schema)) {
            EXPECT_FALSE(sql.empty());
            connection->execute(sql, {});
        }
    }
    void make(const Table& table) {
        apply(CreateTable{table});
        schema.tables.push_back(table);
    }
    [[nodiscard]] Structure structure() const { return migrator->inspect(*connection, {}); }

    Scene scene;
    std::unique_ptr<Connection> connection;
    std::unique_ptr<Migrator> migrator;
    Schema schema;
};

void a_created_table_takes_rows_with_its_defaults(const Backend& backend) {
    Migration migration{backend};
    migration.make(folders_table());
    migration.make(notes_table());
    Connection& connection = *migration.connection;
    execute(connection, "INSERT INTO folders (name) VALUES ('inbox')");
    execute(connection, "INSERT INTO notes (folder_id) VALUES (1)");
    const std::vector<Row> all =
        rows(connection, "SELECT title, body, size, weight, tags, picture FROM notes");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front(),
              (Row{"it's new", std::monostate{}, std::int64_t{-1}, 1.5, "[]", std::monostate{}}));
    EXPECT_EQ(number(connection, "SELECT count(*) FROM notes WHERE NOT done"), 1);
}

void a_created_table_keeps_its_constraints(const Backend& backend) {
    Migration migration{backend};
    migration.make(folders_table());
    migration.make(notes_table());
    Connection& connection = *migration.connection;
    const auto refused = [&](const char* sql) {
        return code_of([&] { execute(connection, sql); });
    };
    execute(connection, "INSERT INTO folders (name) VALUES ('inbox')");
    EXPECT_EQ(refused("INSERT INTO folders (name) VALUES ('inbox')"), Errc::unique_violation);
    EXPECT_EQ(refused("INSERT INTO folders (name) VALUES (NULL)"), Errc::not_null_violation);
    EXPECT_EQ(refused("INSERT INTO notes (size) VALUES (-2)"), Errc::check_violation);
    EXPECT_EQ(refused("INSERT INTO notes (folder_id) VALUES (99)"), Errc::foreign_key_violation);
    execute(connection, "INSERT INTO notes (folder_id, title) VALUES (1, 'a')");
    EXPECT_EQ(refused("INSERT INTO notes (folder_id, title) VALUES (1, 'a')"),
              Errc::unique_violation);
    execute(connection, "DELETE FROM folders");
    EXPECT_EQ(number(connection, "SELECT count(*) FROM notes"), 0) << "ON DELETE CASCADE";
}

void an_identity_never_comes_again(const Backend& backend) {
    Migration migration{backend};
    migration.make(folders_table());
    Connection& connection = *migration.connection;
    execute(connection, "INSERT INTO folders (name) VALUES ('a'), ('b')");
    const std::int64_t highest = number(connection, "SELECT max(id) FROM folders");
    execute(connection, "DELETE FROM folders");
    execute(connection, "INSERT INTO folders (name) VALUES ('c')");
    EXPECT_GT(number(connection, "SELECT id FROM folders"), highest);
}

void the_default_now_is_the_moment_of_the_insert(const Backend& backend) {
    Migration migration{backend};
    migration.make(folders_table());
    migration.make(notes_table());
    Connection& connection = *migration.connection;
    const Timestamp before = now() - std::chrono::seconds{2};  // it may have whole seconds only
    execute(connection, "INSERT INTO notes (title) VALUES ('x')");
    const Timestamp after = now() + std::chrono::seconds{2};
    EXPECT_EQ(number(connection, "SELECT count(*) FROM notes WHERE made_at >= ? AND made_at <= ?",
                     {ValueView::timestamp(before), ValueView::timestamp(after)}),
              1);
}

void an_added_column_fills_rows_that_are_there(const Backend& backend) {
    Migration migration{backend};
    migration.make(folders_table());
    execute(*migration.connection, "INSERT INTO folders (name) VALUES ('inbox')");
    migration.apply(AddColumn{
        "folders", column("colour", ColumnType::text, false, Default{Value{std::string{"red"}}})});
    migration.apply(AddColumn{"folders", column("note", ColumnType::text)});
    EXPECT_EQ(rows(*migration.connection, "SELECT colour, note FROM folders"),
              (std::vector<Row>{{"red", std::monostate{}}}));
}

// Adding and taking away again ends where it began.
void operations_undo_each_other(const Backend& backend) {
    Migration migration{backend};
    EXPECT_EQ(migration.structure(), Structure{});
    migration.make(folders_table());
    const Structure before = migration.structure();
    EXPECT_FALSE(before.empty());
    const Index index = index_on("folders_back", {{"name", "", true}});
    migration.apply(CreateIndex{"folders", index});
    EXPECT_NE(migration.structure(), before);
    migration.schema.tables.front().indexes.push_back(index);
    migration.apply(DropIndex{"folders", "folders_back"});
    EXPECT_EQ(migration.structure(), before);
    migration.schema.tables.front().indexes.clear();
    migration.apply(DropTable{"folders"});
    EXPECT_EQ(migration.structure(), Structure{});
}

void hostile_names_are_quoted(const Backend& backend) {
    Migration migration{backend};
    Table table;
    table.name = "a \"table\"; DROP";
    table.columns = {column("select", ColumnType::identity, false),
                     column("it's ?", ColumnType::text, false, Default{Value{std::string{"?'"}}})};
    table.primary_key = {"select"};
    table.uniques = {{"the \"unique\" one", {"it's ?"}}};
    table.indexes = {index_on("an index?", {{"it's ?", "", true}})};
    migration.make(table);
    execute(*migration.connection,
            "INSERT INTO " + migration.scene.dialect().quote(table.name) + " DEFAULT VALUES");
    EXPECT_EQ(text(*migration.connection,
                   "SELECT \"it's ?\" FROM " + migration.scene.dialect().quote(table.name)),
              "?'");
    migration.apply(DropTable{table.name});
    EXPECT_EQ(migration.structure(), Structure{});
}

void hand_written_statements_are_taken_as_they_are(const Backend& backend) {
    Migration migration{backend};
    Execute all;
    all.all = {"CREATE TABLE by_hand (id BIGINT)", "INSERT INTO by_hand VALUES (1)"};
    migration.apply(all);
    Execute mine;
    mine.by_backend[backend.name] = {"INSERT INTO by_hand VALUES (2)"};
    mine.by_backend["another"] = {"NOT FOR ME"};
    migration.apply(mine);
    Execute skipped;
    skipped.by_backend["another"] = {"NOT FOR ME"};
    skipped.skip = {backend.name};
    EXPECT_EQ(migration.migrator->render(skipped, {}), std::vector<std::string>{});
    EXPECT_EQ(number(*migration.connection, "SELECT count(*) FROM by_hand"), 2);
}

void rendering_is_pure(const Backend& backend) {
    Migration migration{backend};
    const std::vector<std::string> first =
        migration.migrator->render(CreateTable{notes_table()}, {});
    EXPECT_EQ(migration.migrator->render(CreateTable{notes_table()}, {}), first);
    EXPECT_GE(first.size(), 4U) << "a table and three indexes, one statement each";
    EXPECT_EQ(migration.structure(), Structure{});
}

SearchIndex search_index() {
    SearchIndex index;
    index.name = "notes_search";
    index.columns = {"title", "body"};
    index.key = "id";
    return index;
}

// Rows that were there before count too.
void a_search_index_follows_its_table(const Backend& backend) {
    Migration migration{backend};
    migration.make(folders_table());
    migration.make(notes_table());
    Connection& connection = *migration.connection;
    execute(connection, "INSERT INTO notes (title, body) VALUES ('early bird', 'worm')");
    if (!migration.scene.has(Capability::full_text)) {
        EXPECT_EQ(code_of([&] { migration.apply(CreateSearchIndex{"notes", search_index()}); }),
                  Errc::unsupported);
        return;
    }
    ENGINEBAY_NEEDS_HOOK(backend.search);
    const Structure before = migration.structure();
    migration.apply(CreateSearchIndex{"notes", search_index()});
    const std::string search = backend.search("notes", search_index());
    const auto found = [&](const char* word) {
        return rows(connection, search, {words(word)}).size();
    };
    EXPECT_EQ(found("worm"), 1U);
    execute(connection, "INSERT INTO notes (title, body) VALUES ('second', 'bird on a wire')");
    EXPECT_EQ(found("bird"), 2U);
    EXPECT_EQ(found("wire"), 1U);
    execute(connection, "UPDATE notes SET body = 'cat' WHERE title = 'second'");
    EXPECT_EQ(found("wire"), 0U);
    EXPECT_EQ(found("cat"), 1U);
    execute(connection, "DELETE FROM notes WHERE title = 'second'");
    EXPECT_EQ(found("cat"), 0U);
    EXPECT_EQ(found("bird"), 1U);
    migration.schema.tables.back().search_indexes.push_back(search_index());
    migration.apply(DropSearchIndex{"notes", "notes_search"});
    EXPECT_EQ(migration.structure(), before);
}

void only_one_runner_at_a_time(const Backend& backend) {
    Migration migration{backend};
    Scene& scene = migration.scene;
    const auto second = scene.connect();
    for (const bool keep : {true, false}) {
        migration.connection->begin(TransactionMode::write);
        EXPECT_TRUE(migration.migrator->try_lock(*migration.connection));
        std::future<bool> other = std::async(std::launch::async, [&] {
            second->begin(TransactionMode::write);  // waits here where there is one writer
            const bool locked = scene.engine().migrator()->try_lock(*second);
            second->rollback();
            return locked;
        });
        if (scene.has(Capability::parallel_writers)) {
            EXPECT_FALSE(other.get()) << "and does not wait";
        } else {
            EXPECT_EQ(other.wait_for(200ms), std::future_status::timeout);
        }
        if (keep) {
            migration.connection->commit();
        } else {
            migration.connection->rollback();
        }
        if (other.valid()) {
            EXPECT_TRUE(other.get());
        }
        second->begin(TransactionMode::write);
        EXPECT_TRUE(migration.migrator->try_lock(*second)) << "the end of the other freed it";
        second->commit();
    }
}

void a_killed_runner_frees_the_way(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.impatient);
    Migration migration{backend};
    ChildProcess worker = migration.scene.worker({"migrate-hold"});
    ASSERT_TRUE(worker.wait_for_line("held", 10s)) << worker.out() << worker.err();
    const auto engine = migration.scene.open(backend.impatient(migration.scene.config()));
    const auto connection = engine->connect(Access::create);
    const auto try_once = [&] {
        bool locked = false;
        try {
            connection->begin(TransactionMode::write);
            locked = engine->migrator()->try_lock(*connection);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::busy) << error.what();
        }
        connection->rollback();
        return locked;
    };
    EXPECT_FALSE(try_once());
    worker.kill(SIGKILL);
    ASSERT_TRUE(worker.wait(5s));
    EXPECT_TRUE(wait_until(try_once, 2s));
}

constexpr std::array<Case, 12> cases{{
    {"a_created_table_takes_rows_with_its_defaults", a_created_table_takes_rows_with_its_defaults},
    {"a_created_table_keeps_its_constraints", a_created_table_keeps_its_constraints},
    {"an_identity_never_comes_again", an_identity_never_comes_again},
    {"the_default_now_is_the_moment_of_the_insert", the_default_now_is_the_moment_of_the_insert},
    {"an_added_column_fills_rows_that_are_there", an_added_column_fills_rows_that_are_there},
    {"operations_undo_each_other", operations_undo_each_other},
    {"hostile_names_are_quoted", hostile_names_are_quoted},
    {"hand_written_statements_are_taken_as_they_are",
     hand_written_statements_are_taken_as_they_are},
    {"rendering_is_pure", rendering_is_pure},
    {"a_search_index_follows_its_table", a_search_index_follows_its_table},
    {"only_one_runner_at_a_time", only_one_runner_at_a_time},
    {"a_killed_runner_frees_the_way", a_killed_runner_frees_the_way},
}};

}  // namespace

std::span<const Case> migrator_cases() { return cases; }

}  // namespace enginebay::conformance
