// SPDX-License-Identifier: BSL-1.0
// Tests: operations from two schemas, and revision files from operations; no database.
#include "migration_fixture.hpp"
#include "random_schema.hpp"

#include <enginebay/authoring.hpp>

#include <gmock/gmock.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<Operation> operations(const std::vector<DraftStep>& steps) {
    std::vector<Operation> result;
    for (const DraftStep& step : steps) {
        result.push_back(step.operation);
    }
    return result;
}

Revision revision(const std::string& id, const std::string& parent,
                  std::vector<Operation> upgrade) {
    Revision result;
    result.id = id;
    if (!parent.empty()) {
        result.parents = {parent};
    }
    result.message = "m";
    result.upgrade = std::move(upgrade);
    return result;
}

/// The schema as operations alone know it: without hints.
Schema plain(Schema schema) {
    for (Table& table : schema.tables) {
        table.renamed_from.clear();
        for (Column& column : table.columns) {
            column.renamed_from.clear();
        }
    }
    return schema;
}

std::string told(const std::vector<DraftStep>& steps) {
    Draft draft;
    draft.id = "x";
    draft.message = "m";
    draft.upgrade = steps;
    return to_yaml(draft);
}

unsigned rounds(unsigned otherwise) {
    const char* wanted = std::getenv("ENGINEBAY_TEST_ROUNDS");
    return wanted != nullptr ? static_cast<unsigned>(std::strtoul(wanted, nullptr, 10)) : otherwise;
}

TEST(Autogenerate, leads_from_any_schema_to_any_other_and_then_finds_nothing) {
    const unsigned count = rounds(500);
    std::size_t total = 0;
    for (unsigned seed = 1; seed <= count; ++seed) {
        RandomSchema random{seed};
        const Schema from = random.make();
        const Schema to = seed % 2 == 0 ? random.changed(from) : random.make();
        SCOPED_TRACE("seed " + std::to_string(seed));
        const std::vector<DraftStep> steps = changes(from, to);
        total += steps.size();
        const std::vector<DraftStep> creation = changes({}, from);
        const MigrationSet set = MigrationSet::make({revision("0001", "", operations(creation)),
                                                     revision("0002", "0001", operations(steps))},
                                                    plain(to));
        ASSERT_THAT(set.disagreements(), IsEmpty()) << told(steps);
        EXPECT_THAT(operations(changes(set.schema_at("0002"), to)), IsEmpty());
        EXPECT_THAT(operations(changes(to, to)), IsEmpty());
    }
    EXPECT_GT(total, count);
}

TEST(Autogenerate, what_it_writes_is_what_is_read) {
    const unsigned count = rounds(100);
    for (unsigned seed = 1; seed <= count; ++seed) {
        RandomSchema random{seed};
        const Schema from = random.make();
        const Schema to = random.changed(from);
        SCOPED_TRACE("seed " + std::to_string(seed));
        const std::vector<DraftStep> creation = changes({}, from);
        MigrationFolder folder;
        folder.file("0001_a.yaml", [&] {
            Draft draft;
            draft.id = "0001_a";
            draft.message = "it's: #1, \"quoted\"\nand on two lines";
            draft.upgrade = creation;
            draft.irreversible = "x";
            return to_yaml(draft);
        }());
        const MigrationSet first = folder.load();
        ASSERT_EQ(first.find("0001_a")->upgrade, operations(creation))
            << read_file(folder.path() / "versions/0001_a.yaml");
        EXPECT_EQ(first.find("0001_a")->message, "it's: #1, \"quoted\"\nand on two lines");

        const MigrationSet declared = MigrationSet::make(first.revisions(), to);
        const Draft draft = autogenerate(declared, "Second step");
        EXPECT_EQ(draft.id, "0002_second_step");
        (void)save(draft, declared, folder.path());
        const MigrationSet second = folder.load();
        const std::string text = read_file(folder.path() / "versions/0002_second_step.yaml");
        ASSERT_EQ(second.find(draft.id)->upgrade, operations(draft.upgrade)) << text;
        ASSERT_EQ(second.find(draft.id)->downgrade, operations(draft.downgrade)) << text;
        Revision back = *second.find(draft.id);
        back.id = "0003_back";
        back.parents = {draft.id};
        back.upgrade = back.downgrade;
        std::vector<Revision> all = second.revisions();
        all.push_back(back);
        EXPECT_THAT(MigrationSet::make(all, plain(from)).disagreements(), IsEmpty()) << text;
    }
}

TEST(Autogenerate, every_operation_is_written_as_it_is_read) {
    MigrationFolder folder;
    const std::string text =
        "revision: 0001_all\n"
        "parents: []\n"
        "message: Every operation\n"
        "upgrade:\n"
        "  - create_table:\n"
        "      name: notes\n"
        "      columns:\n"
        "        - {name: id, type: identity}\n"
        "        - {name: body, type: text, nullable: false, default: '5'}\n"
        "        - {name: at, type: timestamp, default: now, native: {sqlite: TEXT}}\n"
        "        - {name: data, type: blob}\n"
        "      primary_key: [id]\n"
        "  - rename_table: {from: notes, to: remarks}\n"
        "  - rename_table: {from: remarks, to: notes}\n"
        "  - add_column: {table: notes, column: {name: n, type: integer}}\n"
        "  - rename_column: {table: notes, from: n, to: m}\n"
        "  - alter_column:\n"
        "      table: notes\n"
        "      column: {name: m, type: text}\n"
        "      using: {postgresql: to_char(m), sqlite: 'printf(''%d'', m)'}\n"
        "  - add_unique: {table: notes, unique: [body]}\n"
        "  - drop_unique: {table: notes, columns: [body]}\n"
        "  - add_unique: {table: notes, unique: {name: u, columns: [body]}}\n"
        "  - drop_unique: {table: notes, name: u}\n"
        "  - add_check: {table: notes, check: {name: c, expression: 'body <> '': #'''}}\n"
        "  - drop_check: {table: notes, name: c}\n"
        "  - add_check: {table: notes, check: m > 0}\n"
        "  - drop_check: {table: notes, expression: m > 0}\n"
        "  - add_foreign_key:\n"
        "      table: notes\n"
        "      foreign_key: {columns: [m], references: {table: notes, columns: [id]}, on_delete: "
        "set_null}\n"
        "  - drop_foreign_key: {table: notes, columns: [m]}\n"
        "  - drop_column: {table: notes, column: m}\n"
        "  - create_index:\n"
        "      table: notes\n"
        "      index:\n"
        "        name: i\n"
        "        columns: [{name: body, descending: true}, {expression: lower(body)}]\n"
        "        where: body > 'x'\n"
        "  - drop_index: {table: notes, index: i}\n"
        "  - create_search_index: {table: notes, index: {name: f, columns: [body], key: id}}\n"
        "  - drop_search_index: {table: notes, index: f}\n"
        "  - insert_rows:\n"
        "      table: notes\n"
        "      rows:\n"
        "        - {at: '2024-01-02 03:04:05', body: 'true', data: {hex: '00ff'}, id: 7}\n"
        "        - body: ''\n"
        "  - update_rows: {table: notes, set: {body: x}, where: {at: null}}\n"
        "  - delete_rows: {table: notes, where: {}}\n"
        "  - execute:\n"
        "      - UPDATE notes SET body = 'a'\n"
        "      - |-\n"
        "        UPDATE notes\n"
        "          SET body = '#'\n"
        "  - execute:\n"
        "      sqlite:\n"
        "        - ANALYZE notes\n"
        "      skip: [postgresql]\n"
        "      effect:\n"
        "        - drop_table: {table: notes}\n"
        "  - call: my_step\n"
        "irreversible: a test\n";
    folder.file("0001_all.yaml", text);
    const MigrationSet set = folder.load();
    const Revision& read = *set.find("0001_all");
    Draft draft;
    draft.id = read.id;
    draft.message = read.message;
    draft.irreversible = read.irreversible;
    for (const Operation& operation : read.upgrade) {
        draft.upgrade.push_back({operation, ""});
    }
    EXPECT_EQ(to_yaml(draft), text);
}

TEST(Autogenerate, writes_as_a_person_would) {
    MigrationFolder folder;
    folder.base();
    folder.schema(
        "tables:\n"
        "  remarks:\n"
        "    renamed_from: notes\n"
        "    columns:\n"
        "      - {name: id, type: identity}\n"
        "      - {name: text, type: text, nullable: false, default: '', renamed_from: body}\n"
        "      - {name: created_at, type: timestamp, nullable: false, default: now}\n"
        "    primary_key: [id]\n"
        "    indexes: [{name: idx_text, columns: [text]}]\n"
        "  tags:\n"
        "    columns: [{name: remark, type: integer}, {name: tag, type: text}]\n"
        "    foreign_keys: [{columns: [remark], references: {table: remarks, columns: [id]}}]\n");
    const MigrationSet set = folder.load();
    Draft draft = autogenerate(set, "Notes are remarks, with tags");
    const std::filesystem::path file = save(draft, set, folder.path());
    EXPECT_EQ(file.filename(), "0002_notes_are_remarks_with_tags.yaml");
    EXPECT_EQ(read_file(file), R"(revision: 0002_notes_are_remarks_with_tags
parents: [0001_base]
message: Notes are remarks, with tags
upgrade:
  - rename_table: {from: notes, to: remarks}
  - rename_column: {table: remarks, from: body, to: text}

  - create_table:
      name: tags
      columns:
        - {name: remark, type: integer}
        - {name: tag, type: text}
      foreign_keys:
        - {columns: [remark], references: {table: remarks, columns: [id]}}
  - update_rows: {table: remarks, set: {text: ''}, where: {text: null}}
  - alter_column: {table: remarks, column: {name: text, type: text, nullable: false, default: ''}}
  - add_column: {table: remarks, column: {name: created_at, type: timestamp, nullable: false, default: now}}
  - create_index: {table: remarks, index: {name: idx_text, columns: [text]}}
downgrade:
  - rename_table: {from: remarks, to: notes}
  - rename_column: {table: notes, from: text, to: body}
  - drop_index: {table: notes, index: idx_text}
  - drop_table: {table: tags}
  - alter_column: {table: notes, column: {name: body, type: text}}
  - drop_column: {table: notes, column: created_at}
)");
    EXPECT_THAT(autogenerate(folder.load(), "again").upgrade, IsEmpty());
    EXPECT_THAT(autogenerate(folder.load(), "again").downgrade, IsEmpty());
}

TEST(Autogenerate, a_file_is_never_written_over_and_never_half) {
    MigrationFolder folder;
    folder.base();
    const MigrationSet set = folder.load();
    const Draft draft = empty_draft(set, "Ünd noch: eine / 2.");
    EXPECT_EQ(draft.id, "0002_nd_noch_eine_2");
    (void)save(draft, set, folder.path());
    try {
        (void)save(draft, set, folder.path());
        FAIL() << "written over";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::input);
        EXPECT_THAT(error.what(), HasSubstr("0002_nd_noch_eine_2.yaml"));
    }
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator{folder.path() / "versions"}) {
        files += entry.is_regular_file() ? 1U : 0U;
    }
    EXPECT_EQ(files, 2U) << "something was left behind";
    Draft bad = draft;
    bad.id = "0003_bad";
    bad.upgrade = {{DropTable{"nothing"}, ""}};
    EXPECT_THROW((void)save(bad, set, folder.path()), Error);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "versions/0003_bad.yaml"));
}

TEST(Autogenerate, heads_are_joined) {
    MigrationFolder folder;
    folder.base()
        .revision("0002_a", "0001_base",
                  "  - add_column: {table: notes, column: {name: a, type: text}}\n")
        .revision("0002_b", "0001_base",
                  "  - add_column: {table: notes, column: {name: b, type: text}}\n");
    const MigrationSet set = folder.load();
    EXPECT_THROW((void)autogenerate(set, "x"), Error) << "two heads";
    const Draft draft = merge_draft(set, "Join", {});
    EXPECT_EQ(read_file(save(draft, set, folder.path())),
              "revision: 0003_join\nparents: [0002_a, 0002_b]\nmessage: Join\nupgrade: []\n"
              "downgrade: []\n");
    EXPECT_EQ(folder.load().heads(), (std::vector<std::string>{"0003_join"}));
    EXPECT_THROW((void)merge_draft(folder.load(), "Join", {}), Error) << "one head";
    EXPECT_THROW((void)empty_draft(folder.load(), " "), Error) << "no message";
}

}  // namespace
}  // namespace enginebay::testing
