// SPDX-License-Identifier: BSL-1.0
// Tests: the set of revisions as a whole, its graph and its declared schema; no database.
#include "migration_fixture.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> ids(const MigrationSet& set) {
    std::vector<std::string> result;
    for (const Revision& revision : set.revisions()) {
        result.push_back(revision.id);
    }
    return result;
}

std::string column(const std::string& name) {
    return "  - add_column: {table: notes, column: {name: " + name + ", type: text}}\n";
}

TEST(MigrationSet, orders_parents_before_children_whatever_their_names) {
    MigrationFolder folder;
    folder.base("z_base")
        .revision("m_left", "z_base", column("l"))
        .revision("a_right", "z_base", column("r"))
        .revision("b_join", "m_left, a_right", "  []\n");
    const MigrationSet set = folder.load();
    EXPECT_THAT(ids(set), ElementsAre("z_base", "a_right", "m_left", "b_join"));
    EXPECT_THAT(set.heads(), ElementsAre("b_join"));
    EXPECT_EQ(set.schema_at("b_join").tables.at(0).columns.size(), 4U);
    EXPECT_EQ(set.schema_at("m_left").tables.at(0).columns.size(), 3U);
}

TEST(MigrationSet, names_several_heads) {
    MigrationFolder folder;
    folder.base()
        .revision("0002_a", "0001_base", column("a"))
        .revision("0002_b", "0001_base", column("b"));
    const MigrationSet set = folder.load();
    EXPECT_THAT(set.heads(), ElementsAre("0002_a", "0002_b"));
    try {
        (void)set.disagreements();
        FAIL() << "one of several heads was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::input);
        EXPECT_THAT(error.what(), AllOf(HasSubstr("'0002_a'"), HasSubstr("'0002_b'")));
    }
}

TEST(MigrationSet, refuses_a_parent_that_does_not_exist) {
    EXPECT_EQ(MigrationFolder{}.base().revision("0002_a", "0001_bas", column("a")).refusal(),
              "versions/0002_a.yaml:2:11: its parent '0001_bas' does not exist (did you mean "
              "'0001_base'?)");
}

TEST(MigrationSet, shows_a_ring_in_its_order) {
    MigrationFolder folder;
    folder.base()
        .revision("r1", "r3", column("a"))
        .revision("r2", "r1", column("b"))
        .revision("r3", "r2", column("c"))
        .revision("r4", "r2", column("d"));
    EXPECT_EQ(
        folder.refusal(),
        "versions/r1.yaml:2:11: the revisions follow each other in a ring: r1 -> r2 -> r3 -> r1\n"
        "  versions/r2.yaml:2:11: 'r2' follows 'r1'\n"
        "  versions/r3.yaml:2:11: 'r3' follows 'r2'\n"
        "  versions/r1.yaml:2:11: 'r1' follows 'r3'");
}

TEST(MigrationSet, words_of_the_command_line_name_no_revision) {
    for (const std::string word : {"head", "base", "heads"}) {
        EXPECT_THAT(MigrationFolder{}.base(word).refusal(),
                    HasSubstr("'" + word + "' is a word of the command line"));
    }
}

TEST(MigrationSet, refuses_one_id_in_two_revisions) {
    Revision one;
    one.id = "same";
    Revision two = one;
    try {
        (void)MigrationSet::make({one, two}, {});
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::input);
        EXPECT_THAT(error.what(), HasSubstr("'same' stands in"));
    }
}

TEST(MigrationSet, a_folder_that_is_none_is_a_fault_of_the_configuration) {
    try {
        (void)MigrationSet::load("/nonexistent/migrations");
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::configuration);
    }
    const MigrationFolder folder;
    write_file(folder.path() / "versions", "a file");
    EXPECT_THAT(folder.refusal(), HasSubstr("cannot read the folder"));
}

TEST(MigrationSet, before_the_first_revision_there_is_nothing_to_run) {
    const MigrationFolder folder;
    const MigrationSet set = folder.load();
    EXPECT_THAT(set.heads(), IsEmpty());
    EXPECT_THAT(set.disagreements(), ElementsAre(HasSubstr("'notes' is declared")));
}

TEST(MigrationSet, tells_where_schema_and_revisions_disagree) {
    MigrationFolder folder;
    folder.base();
    EXPECT_THAT(folder.load().disagreements(), IsEmpty());
    folder.revision("0002_more", "0001_base", column("extra"));
    EXPECT_THAT(folder.load().disagreements(),
                ElementsAre("notes: column 'extra' is not declared"));
    folder.schema(
        "tables:\n"
        "  notes:\n"
        "    columns:\n"
        "      - {name: extra, type: json}\n"
        "      - {name: id, type: identity}\n"
        "      - {name: body, type: text}\n"
        "      - {name: late, type: text}\n"
        "    primary_key: [id]\n"
        "    indexes: [{name: i, columns: [body]}]\n"
        "  other: {columns: [{name: a, type: text}]}\n");
    EXPECT_THAT(folder.load().disagreements(),
                ElementsAre("notes: column 'extra' is declared otherwise",
                            "notes: column 'late' is declared, but no revision makes it",
                            "notes: index 'i' is declared, but no revision makes it",
                            "other: table 'other' is declared, but no revision makes it"));
}

TEST(MigrationSet, refuses_a_schema_file_with_its_place) {
    MigrationFolder folder;
    folder.base();
    EXPECT_THAT(folder.schema("table: {}\n").refusal(),
                "schema.yaml:1:1: unknown key 'table' in the schema (did you mean 'tables'?)");
    EXPECT_THAT(
        folder
            .schema("tables:\n  a:\n    columns: [{name: x, type: text}]\n    foreign_keys: "
                    "[{columns: [x], references: {table: b, columns: [y]}}]\n")
            .refusal(),
        HasSubstr("refers to the table 'b', which does not exist"));
    EXPECT_THAT(folder.schema("tables: {a: {columns: []}}\n").refusal(),
                HasSubstr("schema.yaml:1:13: the table 'a' has no columns"));
}

// TeleClaude's own migrations.

std::filesystem::path migrations_folder() {
    const char* source = std::getenv("ENGINEBAY_TEST_SOURCE_DIR");
    return std::filesystem::path{source != nullptr ? source : "."} / "migrations";
}

TEST(TeleClaudeMigrations, the_revisions_make_what_the_schema_declares) {
    const MigrationSet set = MigrationSet::load(migrations_folder());
    EXPECT_THAT(set.disagreements(), IsEmpty());
    EXPECT_EQ(set.heads().size(), 1U);
    EXPECT_EQ(set.declared().tables.size(), 13U);
}

TEST(TeleClaudeMigrations, the_baseline_never_changes) {
    // Databases in the field carry this checksum: an edit of the file would make every one of them
    // refuse to start.
    EXPECT_EQ(MigrationSet::load(migrations_folder()).find("0001_baseline")->checksum,
              "1:86a48a4ca5085e004262f0887c8fb3b6379094be2002722e9217f6b8d521d692");
}

/// The text of each ```yaml block of a page.
std::vector<std::string> examples(const std::string& page) {
    std::vector<std::string> blocks;
    const std::string opening = "```yaml\n";
    for (std::size_t at = 0; (at = page.find(opening, at)) != std::string::npos;) {
        at += opening.size();
        const std::size_t end = page.find("```", at);
        blocks.push_back(page.substr(at, end - at));
        at = end;
    }
    return blocks;
}

TEST(TeleClaudeMigrations, the_examples_of_the_format_are_read) {
    const std::vector<std::string> blocks = examples(read_file(migrations_folder() / "README.md"));
    ASSERT_EQ(blocks.size(), 3U);
    const auto baseline = read_file(migrations_folder() / "versions/0001_baseline.yaml");

    MigrationFolder folder;
    folder.schema(read_file(migrations_folder() / "schema.yaml"));
    folder.file("0001_baseline.yaml", baseline);
    folder.file("0002_session_visibility.yaml", blocks[0]);
    folder.file("0003_operations.yaml",
                "revision: 0003_operations\nparents: [0002_session_visibility]\nmessage: m\n"
                "irreversible: an example\n" +
                    blocks[1]);
    const MigrationSet set = folder.load();
    EXPECT_THAT(set.heads(), ElementsAre("0003_operations"));
    EXPECT_EQ(set.find("0003_operations")->upgrade.size(), 25U);
    EXPECT_EQ(set.schema_at("0003_operations").tables.size(), 13U) << "notes was dropped again";

    EXPECT_EQ(folder.schema(blocks[2]).load().declared().unmanaged.size(), 2U);
}

}  // namespace
}  // namespace enginebay::testing
