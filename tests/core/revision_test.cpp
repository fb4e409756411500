// SPDX-License-Identifier: BSL-1.0
// Tests: revision files, what is read and what is refused.
#include "migration_fixture.hpp"

#include <gmock/gmock.h>

#include <string>
#include <variant>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string refusal_of(const std::string& text) {
    return MigrationFolder{}.file("0001_base.yaml", text).refusal();
}

const std::string head = "revision: 0001_base\nparents: []\nmessage: m\nirreversible: a test\n";

TEST(Revision, reads_every_property_of_a_table) {
    MigrationFolder folder;
    folder.revision(
        "0001_base", "",
        "  - create_table:\n"
        "      name: a\n"
        "      columns:\n"
        "        - {name: id, type: identity}\n"
        "        - {name: t, type: text, nullable: false, default: 'null'}\n"
        "        - {name: n, type: integer, default: 010}\n"
        "        - {name: r, type: real, default: 1.5}\n"
        "        - {name: b, type: boolean, default: true, native: {x: BOOL}}\n"
        "        - {name: at, type: timestamp, default: now}\n"
        "        - {name: none, type: text, default: null}\n"
        "      primary_key: [id]\n"
        "      unique: [[t, n], {name: u, columns: [r]}]\n"
        "      checks: [n > 0, {name: c, expression: r > 0}]\n"
        "      foreign_keys:\n"
        "        - columns: [n]\n"
        "          references: {table: a, columns: [id]}\n"
        "          on_delete: set_null\n"
        "      indexes:\n"
        "        - name: i\n"
        "          columns: [t, {name: n, descending: true}, {expression: lower(t)}]\n"
        "          unique: true\n"
        "          where: n > 1\n"
        "      search_indexes: [{name: s, columns: [t], key: id, triggers: [x, y, z]}]\n");
    const MigrationSet set = folder.load();
    const Table table = set.schema_at("0001_base").tables.at(0);
    ASSERT_EQ(table.columns.size(), 7U);
    EXPECT_EQ(table.columns[0], (Column{"id", ColumnType::identity, false, {}, {}, {}}));
    EXPECT_EQ(table.columns[1].fallback, (Default{Value{std::string{"null"}}}));
    EXPECT_EQ(table.columns[2].fallback, (Default{Value{std::int64_t{10}}}));
    EXPECT_EQ(table.columns[3].fallback, (Default{Value{1.5}}));
    EXPECT_EQ(table.columns[4].fallback, (Default{Value{true}}));
    EXPECT_EQ(table.columns[4].native.at("x"), "BOOL");
    EXPECT_EQ(table.columns[5].fallback, (Default{CurrentTimestamp{}}));
    EXPECT_EQ(table.columns[6].fallback, std::nullopt);
    EXPECT_EQ(table.uniques, (std::vector<UniqueConstraint>{{"", {"t", "n"}}, {"u", {"r"}}}));
    EXPECT_EQ(table.checks, (std::vector<CheckConstraint>{{"", "n > 0"}, {"c", "r > 0"}}));
    EXPECT_EQ(table.foreign_keys.at(0).on_delete, ReferentialAction::set_null);
    EXPECT_EQ(
        table.indexes.at(0),
        (Index{"i", {{"t", "", false}, {"n", "", true}, {"", "lower(t)", false}}, true, "n > 1"}));
    EXPECT_EQ(table.search_indexes.at(0), (SearchIndex{"s", {"t"}, "id", {"x", "y", "z"}}));
}

TEST(Revision, keeps_the_line_of_each_operation) {
    MigrationFolder folder;
    folder.base().revision("0002_more", "0001_base",
                           "  - execute: [SELECT 1]\n"
                           "\n"
                           "  # a remark\n"
                           "  - drop_table: {table: notes}\n");
    EXPECT_EQ(folder.load().find("0002_more")->upgrade_lines, (std::vector<std::uint32_t>{5, 8}));
}

TEST(Revision, an_unknown_key_is_named_with_the_one_that_was_meant) {
    EXPECT_EQ(refusal_of("revison: 0001_base\n"),
              "versions/0001_base.yaml:1:1: unknown key 'revison' in a revision (did you mean "
              "'revision'?)");
}

TEST(Revision, an_unknown_operation_is_named_with_the_one_that_was_meant) {
    EXPECT_EQ(refusal_of(head + "upgrade:\n  - creat_table: {}\n"),
              "versions/0001_base.yaml:6:5: unknown operation 'creat_table' (did you mean "
              "'create_table'?)");
}

TEST(Revision, a_wrong_type_says_what_was_wanted) {
    EXPECT_THAT(refusal_of(head + "upgrade: all\n"),
                StartsWith("versions/0001_base.yaml:5:10: upgrade must be a list, not 'all'"));
    EXPECT_THAT(
        refusal_of(head +
                   "upgrade:\n  - add_column: {table: t, column: {name: a, type: integer, default: "
                   "'1'}}\n"),
        AllOf(StartsWith("versions/0001_base.yaml:6:70: "), HasSubstr("must be a whole number")));
    EXPECT_THAT(refusal_of(head + "upgrade:\n  - add_column: {table: t, column: {name: a, type: "
                                  "integr}}\n"),
                HasSubstr("unknown column type 'integr' (did you mean 'integer'?)"));
    EXPECT_THAT(refusal_of(head + "upgrade:\n  - add_column: {table: t, column: {name: a, type: "
                                  "timestamp, default: yesterday}}\n"),
                HasSubstr("the default of a timestamp is now"));
}

TEST(Revision, what_the_yaml_library_tolerates_is_refused) {
    EXPECT_THAT(refusal_of(head + "upgrade: []\nmessage: again\n"),
                AllOf(HasSubstr(":6:1: the key 'message' stands here a second time"),
                      HasSubstr("0001_base.yaml:3:1")));
    EXPECT_THAT(refusal_of(head + "upgrade: &a []\ndowngrade: *a\n"), HasSubstr(":5:10: anchors"));
    EXPECT_THAT(refusal_of(head + "upgrade: []\n---\na: b\n"),
                HasSubstr(":6:1: a second document"));
    EXPECT_THAT(refusal_of(head + "upgrade: []\n? [a]\n: b\n"), HasSubstr(":6:3: a key must be"));
    EXPECT_THAT(refusal_of(head + "upgrade: [\"x]\n"), HasSubstr(":5:11: a quote"));
    EXPECT_THAT(refusal_of(head + "upgrade: [\xff]\n"), HasSubstr(":5:11: a byte here is not"));
    EXPECT_THAT(refusal_of(head + std::string{"upgrade: [a\0b]\n", 15}), HasSubstr("a NUL byte"));
    EXPECT_THAT(refusal_of(head + "upgrade: !!binary x\n"), HasSubstr("tags"));
    EXPECT_THAT(refusal_of(head + "<<: {upgrade: []}\n"), HasSubstr("merge keys"));
    EXPECT_THAT(refusal_of(head + "upgrade: " + std::string(2000, '[') + std::string(2000, ']')),
                HasSubstr("too deeply"));
    EXPECT_THAT(refusal_of(std::string((1U << 20U) + 1, '#')), HasSubstr("larger than 1 MiB"));
    EXPECT_THAT(refusal_of(""), HasSubstr("0001_base.yaml:1:1: the file is empty"));
    EXPECT_THAT(refusal_of("a: b: c\n"), HasSubstr("0001_base.yaml:1:5: not YAML"));
}

TEST(Revision, must_be_called_like_its_file) {
    EXPECT_THAT(MigrationFolder{}.file("0009_other.yaml", head + "upgrade: []\n").refusal(),
                AllOf(HasSubstr("0009_other.yaml:1:11"), HasSubstr("must agree")));
    EXPECT_THAT(MigrationFolder{}.base().file("0002_x.yml", "").refusal(),
                HasSubstr("end in .yaml"));
    EXPECT_THAT(refusal_of("revision: ../x\n"), HasSubstr("is no name for a revision"));
}

TEST(Revision, needs_a_way_back_or_a_reason) {
    const std::string start = "revision: 0001_base\nmessage: m\n";
    EXPECT_THAT(refusal_of(start + "upgrade:\n  - drop_table: {table: t}\n"),
                HasSubstr("has no way back"));
    EXPECT_THAT(refusal_of(start + "upgrade: []\nirreversible: why\ndowngrade: []\n"),
                HasSubstr("either a downgrade or a reason"));
}

TEST(Revision, a_table_that_makes_no_sense_is_refused_where_it_stands) {
    const auto table = [](const std::string& properties) {
        return refusal_of(head +
                          "upgrade:\n  - create_table: {name: t, columns: [{name: a, type: "
                          "text}, {name: i, type: integer}], " +
                          properties + "}\n");
    };
    EXPECT_THAT(table("primary_key: [b]"),
                AllOf(StartsWith("versions/0001_base.yaml:6:19: "),
                      HasSubstr("the primary key names the column 'b'")));
    EXPECT_THAT(table("indexes: [{name: x, columns: [a, a]}]"), HasSubstr("'a' twice"));
    EXPECT_THAT(table("unique: [[z]]"), HasSubstr("'z'"));
    EXPECT_THAT(table("primary_key: [a, i], unique: [[a, i]]"),
                AllOf(StartsWith("versions/0001_base.yaml:6:19: "),
                      HasSubstr("says what its primary key says already")));
    EXPECT_THAT(table("unique: [[a], {name: again, columns: [a]}]"),
                HasSubstr("stands there twice"));
    EXPECT_THAT(table("search_indexes: [{name: x, columns: [a], key: i}]"),
                HasSubstr("needs an identity column"));
}

TEST(Revision, operations_that_cannot_follow_are_refused_with_file_and_line) {
    const auto after_base = [](const std::string& operation) {
        return MigrationFolder{}.base().revision("0002_next", "0001_base", operation).refusal();
    };
    EXPECT_EQ(after_base("  - add_column: {table: nots, column: {name: a, type: text}}\n"),
              "versions/0002_next.yaml:5: add_column: there is no table 'nots' at this point");
    EXPECT_THAT(after_base("  - add_column: {table: notes, column: {name: body, type: text}}\n"),
                HasSubstr("has the column 'body' twice"));
    EXPECT_THAT(after_base("  - drop_index: {table: notes, index: i}\n"),
                HasSubstr("there is no index 'i'"));
    EXPECT_THAT(after_base("  - create_table: {name: notes, columns: [{name: a, type: text}]}\n"),
                HasSubstr("'notes' is given twice"));
}

TEST(Revision, the_checksum_is_of_the_meaning) {
    const auto sum = [](const std::string& operations) {
        return MigrationFolder{}
            .base()
            .revision("0002_next", "0001_base", operations)
            .load()
            .find("0002_next")
            ->checksum;
    };
    const std::string plain = sum("  - execute: [UPDATE notes SET body = 'a  b']\n");
    EXPECT_THAT(plain, StartsWith("1:"));
    EXPECT_EQ(plain.size(), 66U);
    EXPECT_EQ(plain, sum("  # why\n"
                         "  - execute:\n"
                         "      - |\n"
                         "        UPDATE notes -- all of them\n"
                         "        SET body\t= 'a  b' /* so */ ;\n"));
    EXPECT_NE(plain, sum("  - execute: [UPDATE notes SET body = 'a b']\n"));
    EXPECT_NE(plain, sum("  - execute: {one: [UPDATE notes SET body = 'a  b']}\n"));

    const std::string column = "  - add_column: {table: notes, column: {name: a, type: text}}\n";
    EXPECT_EQ(sum(column), sum("  - add_column: {column: {type: text, nullable: true, name: a}, "
                               "table: notes}\r\n"));
    EXPECT_NE(sum(column),
              sum("  - add_column: {table: notes, column: {name: a, type: text, default: ''}}\n"));
    EXPECT_NE(sum(column), sum("  - add_column: {table: notes, column: {name: a, type: json}}\n"));
}

TEST(Revision, the_baseline_checksum_never_changes) {
    // Databases in the field carry it. If this fails the algorithm changed, not the file.
    EXPECT_EQ(MigrationFolder{}.base().load().find("0001_base")->checksum,
              "1:84443384d22b2832ec78e5cdda02db844461907ff9682975f335b6de3df8890b");
}

}  // namespace
}  // namespace enginebay::testing
