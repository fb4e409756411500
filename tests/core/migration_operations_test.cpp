// SPDX-License-Identifier: BSL-1.0
// Tests: every operation on a live database makes what replaying it declares.
#include "migration_run_fixture.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string base_tables =
    "  - create_table:\n"
    "      name: people\n"
    "      columns: [{name: id, type: identity}, {name: mail, type: text, nullable: false}]\n"
    "      primary_key: [id]\n"
    "  - create_table:\n"
    "      name: notes\n"
    "      columns:\n"
    "        - {name: id, type: identity}\n"
    "        - {name: owner, type: integer}\n"
    "        - {name: title, type: text, nullable: false, default: none}\n"
    "        - {name: body, type: text}\n"
    "        - {name: size, type: integer, default: 1}\n"
    "        - {name: rank, type: real}\n"
    "        - {name: done, type: boolean, nullable: false, default: false}\n"
    "        - {name: at, type: timestamp, default: now}\n"
    "        - {name: data, type: json}\n"
    "        - {name: raw, type: blob}\n"
    "        - {name: tag, type: uuid}\n"
    "      primary_key: [id]\n"
    "      unique: [{name: notes_tag, columns: [tag]}]\n"
    "      checks: [{name: notes_size, expression: size > 0}]\n"
    "      foreign_keys:\n"
    "        - name: notes_owner\n"
    "          columns: [owner]\n"
    "          references: {table: people, columns: [id]}\n"
    "          on_delete: cascade\n"
    "      indexes:\n"
    "        - {name: notes_by_age, columns: [{name: at, descending: true}], where: size > 3}\n"
    "        - {name: notes_by_title, columns: [{expression: lower(title)}], unique: false}\n"
    "      search_indexes: [{name: notes_search, columns: [title, body], key: id}]\n";

class MigrationOperations : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        if (!IsSkipped() && !HasFatalFailure()) {
            database_.emplace(create_database());
        }
        folder_.revision("0001_base", "", base_tables);
    }

    /// Adds a revision of these operations and runs it; live and replayed structure must agree.
    void run(const std::string& operations) {
        const std::string parent = last_;
        last_ = "000" + std::to_string(++number_) + "_step";
        folder_.revision(last_, parent, operations);
        SCOPED_TRACE(operations);
        upgrade();
    }
    void upgrade() {
        const MigrationSet set = folder_.load();
        Target target{*database_, set};
        EXPECT_NO_THROW(try_upgrade(target));
        expect_as_declared(target, set.schema_at(last_));
    }
    void try_upgrade(Target& target) {
        try {
            target.upgrade();
        } catch (const Error& error) {
            ADD_FAILURE() << error.what();
        }
    }
    static void expect_as_declared(Target& target, const Schema& schema) {
        const auto migrator = target.engine->migrator();
        const auto connection = target.engine->connect(Access::read_write);
        const std::vector<std::string> ours{"enginebay_*"};
        const Structure declared =
            migrator->scratch(*connection, schema_sql(*migrator, schema), ours);
        EXPECT_THAT(as_text(compare(declared, migrator->inspect(*connection, ours))),
                    ::testing::IsEmpty());
    }
    static std::vector<std::string> as_text(const std::vector<Difference>& differences) {
        std::vector<std::string> texts;
        for (const Difference& one : differences) {
            texts.push_back(one.kind + " " + one.table + "." + one.name + ": declared '" +
                            one.declared + "', live '" + one.live + "'");
        }
        return texts;
    }
    void fill() {
        upgrade();
        Target target{*database_, folder_.load()};
        target.run("INSERT INTO people (mail) VALUES ('a'), ('b')");
        target.run(
            "INSERT INTO notes (owner, title, body, size, data, tag) VALUES "
            "(1, 'first', 'worm', 5, '[]', '123e4567-e89b-12d3-a456-426614174000'), "
            "(2, 'second', 'bird', 6, '{}', '123e4567-e89b-12d3-a456-426614174001')");
    }
    std::int64_t count(const std::string& from) {
        return Target{*database_, folder_.load()}.count(from);
    }
    Error refusal(const std::string& operations, Errc code) {
        folder_.revision("0009_refused", last_, operations);
        const Error error = error_of(code, [&] { Target{*database_, folder_.load()}.upgrade(); });
        folder_.remove("0009_refused.yaml");
        return error;
    }

    MigrationFolder folder_;
    std::optional<TestDatabase> database_;
    std::string last_ = "0001_base";
    int number_ = 1;
};

TEST_F(MigrationOperations, renames) {
    fill();
    run("  - rename_column: {table: notes, from: size, to: length}\n"
        "  - rename_column: {table: notes, from: body, to: text}\n"
        "  - rename_column: {table: people, from: id, to: number}\n");
    run("  - rename_table: {from: notes, to: letters}\n"
        "  - rename_table: {from: people, to: humans}\n");
    EXPECT_EQ(count("letters WHERE length > 4 AND text IS NOT NULL"), 2);
    EXPECT_EQ(count("letters l JOIN humans h ON h.number = l.owner"), 2);
}

TEST_F(MigrationOperations, columns) {
    fill();
    run("  - add_column: {table: notes, column: {name: kind, type: text, nullable: false, "
        "default: plain}}\n"
        "  - add_column: {table: people, column: {name: since, type: timestamp, nullable: false, "
        "default: now}}\n"
        "  - drop_column: {table: notes, column: raw}\n"
        "  - drop_column: {table: notes, column: data}\n");
    EXPECT_EQ(count("notes WHERE kind = 'plain'"), 2);
    EXPECT_EQ(count("people WHERE since IS NOT NULL"), 2);
    EXPECT_EQ(count("notes"), 2) << "their owners were copied, not deleted";
}

TEST_F(MigrationOperations, altered_columns_keep_their_values) {
    fill();
    run("  - alter_column: {table: notes, column: {name: size, type: real, nullable: false}}\n"
        "  - alter_column: {table: notes, column: {name: title, type: text, default: other}}\n"
        "  - alter_column: {table: notes, column: {name: tag, type: text}}\n"
        "  - alter_column: {table: notes, column: {name: done, type: integer, default: 0}}\n"
        "  - alter_column: {table: notes, column: {name: data, type: text}}\n");
    EXPECT_EQ(count("notes WHERE size IN (5.0, 6.0) AND done = 0"), 2);
    run("  - alter_column: {table: notes, column: {name: done, type: boolean}}\n"
        "  - alter_column: {table: notes, column: {name: data, type: json}}\n"
        "  - drop_search_index: {table: notes, index: notes_search}\n"
        "  - alter_column:\n"
        "      table: notes\n"
        "      column: {name: body, type: integer}\n"
        "      using: {sqlite: length(body), postgresql: length(body)}\n"
        "  - alter_column: {table: notes, column: {name: body, type: text}}\n"
        "  - create_search_index: {table: notes, index: {name: notes_search, columns: [title, "
        "body], key: id}}\n");
    EXPECT_EQ(count("notes WHERE body = '4' AND NOT done"), 2);
}

TEST_F(MigrationOperations, a_type_change_that_backends_guess_differently_needs_words) {
    fill();
    EXPECT_THAT(refusal("  - alter_column: {table: notes, column: {name: rank, type: integer}}\n",
                        Errc::input)
                    .what(),
                AllOf(HasSubstr("0009_refused.yaml:5"), HasSubstr("say how under using")));
}

TEST_F(MigrationOperations, constraints) {
    fill();
    run("  - add_unique: {table: people, unique: {name: people_mail, columns: [mail]}}\n"
        "  - add_unique: {table: people, unique: [mail, id]}\n"
        "  - add_check: {table: people, check: {name: people_has, expression: mail <> ''}}\n"
        "  - add_check: {table: people, check: length(mail) < 99}\n"
        "  - add_column: {table: people, column: {name: boss, type: integer}}\n"
        "  - add_foreign_key:\n"
        "      table: people\n"
        "      foreign_key: {columns: [boss], references: {table: people, columns: [id]}, "
        "on_delete: set_null}\n");
    EXPECT_EQ(count("notes"), 2);
    run("  - drop_unique: {table: people, name: people_mail}\n"
        "  - drop_unique: {table: people, columns: [mail, id]}\n"
        "  - drop_check: {table: people, name: people_has}\n"
        "  - drop_check: {table: people, expression: length(mail) < 99}\n"
        "  - drop_foreign_key: {table: people, columns: [boss]}\n"
        "  - drop_foreign_key: {table: notes, name: notes_owner}\n"
        "  - drop_check: {table: notes, name: notes_size}\n"
        "  - drop_unique: {table: notes, name: notes_tag}\n");
    EXPECT_EQ(count("notes"), 2);
}

TEST_F(MigrationOperations, a_constraint_that_rows_break_is_refused) {
    fill();
    const Structure before = Target{*database_, folder_.load()}.structure();
    for (const std::string& operation :
         {std::string{"add_unique: {table: notes, unique: [done]}"},
          std::string{"add_check: {table: notes, check: {name: big, expression: size > 5}}"},
          std::string{"add_foreign_key: {table: notes, foreign_key: {columns: [size], references: "
                      "{table: people, columns: [id]}}}"},
          std::string{"alter_column: {table: notes, column: {name: rank, type: real, nullable: "
                      "false}}"}}) {
        const Error error = refusal("  - " + operation + "\n", Errc::migration_failed);
        EXPECT_THAT(error.what(), HasSubstr("as it was before revision '0009_refused'"));
        EXPECT_EQ((Target{*database_, folder_.load()}.structure()), before) << operation;
        EXPECT_EQ(count("notes"), 2);
    }
}

TEST_F(MigrationOperations, rows) {
    upgrade();
    run("  - insert_rows:\n"
        "      table: people\n"
        "      rows: [{id: 7, mail: 'it''s ?'}, {id: 9, mail: x}]\n"
        "  - insert_rows: {table: people, rows: [{mail: y}]}\n"
        "  - insert_rows:\n"
        "      table: notes\n"
        "      rows:\n"
        "        - {owner: 7, done: true, rank: 2, at: '2026-01-02 03:04:05', raw: {hex: 00ff}, "
        "data: '{\"a\": 1}', tag: 123e4567-e89b-12d3-a456-426614174000, body: null}\n"
        "  - update_rows: {table: notes, set: {size: 4}, where: {body: null, done: true}}\n"
        "  - delete_rows: {table: people, where: {id: 9}}\n");
    EXPECT_EQ(count("people WHERE id IN (7, 10)"), 2)
        << "a number given by hand is not given again";
    EXPECT_EQ(count("people"), 2);
    EXPECT_EQ(count("notes WHERE size = 4 AND done AND rank = 2.0 AND at = '2026-01-02 "
                    "03:04:05.000000'"),
              1);
    EXPECT_THAT(
        refusal("  - insert_rows: {table: people, rows: [{mail: 5}]}\n", Errc::input).what(),
        HasSubstr("0009_refused.yaml:5: insert_rows: row 1: the column 'mail' of type text "
                  "does not take a whole number; quote a text"));
    EXPECT_THAT(
        refusal("  - insert_rows: {table: people, rows: [{mail: null}]}\n", Errc::input).what(),
        HasSubstr("cannot be null"));
    EXPECT_THAT(refusal("  - delete_rows: {table: people, where: {nme: 1}}\n", Errc::input).what(),
                HasSubstr("has no column 'nme'"));
}

TEST_F(MigrationOperations, statements_with_an_effect_are_followed) {
    fill();
    run("  - execute:\n"
        "      all: [ALTER TABLE people RENAME COLUMN mail TO post]\n"
        "      effect: [{rename_column: {table: people, from: mail, to: post}}]\n"
        "  - add_unique: {table: people, unique: [post]}\n");
    EXPECT_EQ(count("people WHERE post = 'a'"), 1);
    EXPECT_THAT(
        refusal("  - execute: {all: [SELECT 1], effect: [{call: x}]}\n", Errc::input).what(),
        HasSubstr("cannot be an effect"));
}

TEST_F(MigrationOperations, a_step_of_the_program_runs_inside_the_revision) {
    fill();
    folder_.revision("0002_step", last_,
                     "  - call: shout\n  - drop_column: {table: notes, column: raw}\n");
    Target target{*database_, folder_.load()};
    const Error error = error_of(Errc::input, [&] { target.upgrade(); });
    EXPECT_THAT(error.what(), AllOf(HasSubstr("0002_step.yaml:5"), HasSubstr("no step 'shout'")));
    UpgradeOptions options;
    options.steps["shout"] = [](Connection& connection) {
        connection.execute("UPDATE people SET mail = upper(mail)", {});
        throw std::runtime_error{"too loud"};
    };
    EXPECT_THAT(
        error_of(Errc::migration_failed, [&] { target.migrations.upgrade(options); }).what(),
        AllOf(HasSubstr("call shout"), HasSubstr("too loud")));
    EXPECT_EQ(count("people WHERE mail IN ('a', 'b')"), 2) << "undone with its revision";
    options.steps["shout"] = [](Connection& connection) {
        connection.execute("UPDATE people SET mail = upper(mail)", {});
    };
    EXPECT_THAT(target.migrations.upgrade(options).applied, ElementsAre("0002_step"));
    EXPECT_EQ(count("people WHERE mail IN ('A', 'B')"), 2);
}

TEST_F(MigrationOperations, what_is_in_use_is_not_dropped) {
    const auto refused = [&](const std::string& operation) {
        folder_.revision("0002_x", "0001_base", "  - " + operation + "\n");
        std::string text = folder_.refusal();
        folder_.remove("0002_x.yaml");
        return text;
    };
    EXPECT_THAT(refused("drop_column: {table: notes, column: size}"),
                HasSubstr("versions/0002_x.yaml:5: drop_column: the check notes_size still uses"));
    EXPECT_THAT(refused("drop_column: {table: notes, column: title}"),
                HasSubstr("the index 'notes_by_title' still uses the column 'title'"));
    EXPECT_THAT(refused("drop_column: {table: notes, column: body}"), HasSubstr("search index"));
    EXPECT_THAT(refused("alter_column: {table: notes, column: {name: body, type: json}}"),
                HasSubstr("the search index 'notes_search' needs text; 'body' is none"));
    EXPECT_THAT(refused("drop_column: {table: people, column: id}"), HasSubstr("primary key"));
    EXPECT_THAT(refused("drop_column: {table: people, column: nme}"), HasSubstr("no column 'nme'"));
    EXPECT_THAT(refused("drop_table: {table: people}"), HasSubstr("still refers to the table"));
    EXPECT_THAT(refused("rename_table: {from: notes, to: people}"), HasSubstr("is given twice"));
    EXPECT_THAT(refused("rename_column: {table: notes, from: size, to: body}"),
                HasSubstr("column 'body' twice"));
    EXPECT_THAT(refused("drop_unique: {table: notes, name: other}"),
                HasSubstr("no such unique constraint 'other'"));
    EXPECT_THAT(refused("drop_unique: {table: notes}"), HasSubstr("needs the constraint's name"));
    EXPECT_THAT(refused("create_index: {table: notes, index: {name: i, columns: [size]}, "
                        "concurrently: true}"),
                HasSubstr("transactional: false"));
}

}  // namespace
}  // namespace enginebay::testing
