// SPDX-License-Identifier: BSL-1.0
// Tests: one revision in the place of several, and databases that are in the middle of these.
#include "migration_run_fixture.hpp"

#include <enginebay/authoring.hpp>

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> ids{"0001_base", "0002_extra", "0003_more", "0004_rows", "0005_end"};

class MigrationSquash : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        folder_.file(
            "0001_base.yaml",
            "revision: 0001_base\nparents: []\nmessage: m\nupgrade:\n  - create_table: {name: "
            "notes, columns: [{name: id, type: identity}, {name: body, type: text}], "
            "primary_key: [id]}\ndowngrade:\n  - drop_table: {table: notes}\n");
        step(1, "add_column: {table: notes, column: {name: extra, type: text, default: e}}",
             "drop_column: {table: notes, column: extra}");
        step(2, "rename_column: {table: notes, from: extra, to: more}",
             "rename_column: {table: notes, from: more, to: extra}");
        step(3, "insert_rows: {table: notes, rows: [{body: made, more: m}]}",
             "delete_rows: {table: notes, where: {body: made}}");
        step(4, "add_column: {table: notes, column: {name: last, type: integer, default: 5}}",
             "drop_column: {table: notes, column: last}");
    }
    void step(std::size_t number, const std::string& up, const std::string& down) {
        folder_.file(ids[number] + ".yaml", "revision: " + ids[number] + "\nparents: [" +
                                                ids[number - 1] + "]\nmessage: m\nupgrade:\n  - " +
                                                up + "\ndowngrade:\n  - " + down + "\n");
    }
    [[nodiscard]] Draft squash(const std::string& first, const std::string& last) const {
        const MigrationSet set = folder_.load();
        Draft draft = squash_draft(set, "In one", first, last);
        save_squash(draft, set, folder_.path());
        return draft;
    }
    static Structure structure(Target& target) {
        Structure facts = target.structure();
        std::erase_if(
            facts, [](const StructureFact& fact) { return fact.table.starts_with("enginebay_"); });
        return facts;
    }
    static UpgradeOptions to(const std::string& target) {
        UpgradeOptions options;
        options.target = target;
        return options;
    }
    MigrationFolder folder_;
};

TEST_F(MigrationSquash, serves_databases_wherever_they_are) {
    const MigrationSet before = folder_.load();
    std::vector<TestDatabase> databases;
    for (const std::string& id : ids) {
        databases.push_back(create_database());
        Target target{databases.back(), before};
        (void)target.migrations.upgrade(to(id));
        target.run("INSERT INTO notes (body) VALUES ('kept')");
    }
    const TestDatabase whole = create_database();
    Target reference{whole, before};
    (void)reference.upgrade();

    const Draft draft = squash("0002", "0004");
    EXPECT_THAT(draft.replaces, ElementsAre("0002_extra", "0003_more", "0004_rows"));
    EXPECT_THAT(draft.parents, ElementsAre("0001_base"));
    const MigrationSet after = folder_.load();
    EXPECT_EQ(after.revisions().size(), 3U);
    EXPECT_THAT(after.find("0005_end")->parents, ElementsAre("0006_in_one"));

    const std::vector<std::vector<std::string>> expected{{"0006_in_one", "0005_end"},
                                                         {"0003_more", "0004_rows", "0005_end"},
                                                         {"0004_rows", "0005_end"},
                                                         {"0005_end"},
                                                         {}};
    for (std::size_t i = 0; i < ids.size(); ++i) {
        SCOPED_TRACE(ids[i]);
        Target target{databases[i], after};
        EXPECT_EQ(target.migrations.status().pending, expected[i]);
        EXPECT_EQ(target.upgrade().applied, expected[i]);
        EXPECT_THAT(target.migrations.status().current, ElementsAre("0005_end"));
        EXPECT_THAT(target.migrations.status().pending, IsEmpty());
        EXPECT_EQ(structure(target), structure(reference));
        EXPECT_EQ(target.count("notes WHERE body = 'kept'"), 1);
        EXPECT_EQ(target.count("notes WHERE body = 'made' AND more = 'm'"), 1);
        EXPECT_THAT(target.upgrade().applied, IsEmpty());
        (void)target.migrations.downgrade(to("0001"));
        EXPECT_EQ(target.count("notes"), 1);
        EXPECT_THAT(target.migrations.status().current, ElementsAre("0001_base"));
        (void)target.upgrade();
        EXPECT_EQ(structure(target), structure(reference));
    }
    const TestDatabase fresh = create_database();
    Target target{fresh, after};
    EXPECT_THAT(target.upgrade().applied, ElementsAre("0001_base", "0006_in_one", "0005_end"));
    EXPECT_EQ(structure(target), structure(reference));
}

TEST_F(MigrationSquash, in_the_middle_there_is_no_way_back_but_one_forward) {
    const TestDatabase database = create_database();
    Target old{database, folder_.load()};
    (void)old.migrations.upgrade(to("0003"));
    (void)squash("", "0004");
    Target target{database, folder_.load()};
    EXPECT_THAT(target.migrations.status().current, ElementsAre("0003_more"));
    const Error error =
        error_of(Errc::input, [&] { return target.migrations.downgrade(to("base")); });
    EXPECT_THAT(error.what(), HasSubstr("in the middle of what revision '0006_in_one' replaces"));
    EXPECT_THAT(target.upgrade().applied, ElementsAre("0004_rows", "0005_end"));
    (void)target.migrations.downgrade(to("base"));
    EXPECT_EQ(structure(target), Structure{});
    std::filesystem::remove(folder_.path() / "legacy/0003_more.yaml");
}

TEST_F(MigrationSquash, a_replaced_revision_that_ran_is_not_edited_either) {
    const TestDatabase middle = create_database();
    const TestDatabase past = create_database();
    const TestDatabase fresh = create_database();
    (void)Target{middle, folder_.load()}.migrations.upgrade(to("0003"));
    (void)Target{past, folder_.load()}.upgrade();
    (void)squash("0002", "0004");
    (void)Target{fresh, folder_.load()}.upgrade();
    const std::string file = (folder_.path() / "legacy/0003_more.yaml").string();
    const std::string as_it_was = read_file(file);

    write_file(file, "# looked at again\n" + as_it_was);
    EXPECT_THAT((Target{middle, folder_.load()}.migrations.status().pending),
                ElementsAre("0004_rows", "0005_end"));

    std::string edited = as_it_was;
    edited.replace(edited.find("to: more"), 8, "to: less");
    write_file(file, edited);
    for (const TestDatabase* database : {&middle, &past}) {
        Target target{*database, folder_.load()};
        const Structure before = structure(target);
        const Error error = error_of(Errc::input, [&] { return target.upgrade(); });
        EXPECT_THAT(error.what(), HasSubstr("legacy/0003_more.yaml: the revision was changed"));
        (void)error_of(Errc::input, [&] { return target.migrations.status(); });
        EXPECT_EQ(structure(target), before);
    }
    // It came by the one in their place: what stands in the old files is nothing to it.
    EXPECT_THAT((Target{fresh, folder_.load()}.upgrade().applied), IsEmpty());

    // What has not run there yet may be put right.
    write_file(file, as_it_was);
    std::string later = read_file(folder_.path() / "legacy/0004_rows.yaml");
    later.replace(later.find("body: made"), 10, "body: mend");
    write_file(folder_.path() / "legacy/0004_rows.yaml", later);
    Target target{middle, folder_.load()};
    EXPECT_THAT(target.upgrade().applied, ElementsAre("0004_rows", "0005_end"));
    EXPECT_EQ(target.count("notes WHERE body = 'mend'"), 1);
}

TEST_F(MigrationSquash, of_structure_alone_only_the_result_is_kept) {
    const Draft draft = squash("", "0003");
    ASSERT_EQ(draft.upgrade.size(), 1U);
    ASSERT_EQ(std::get<CreateTable>(draft.upgrade.front().operation).table.columns.size(), 3U);
    EXPECT_EQ(draft.downgrade.size(), 1U);
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    EXPECT_THAT(target.upgrade().applied, ElementsAre("0006_in_one", "0004_rows", "0005_end"));
    EXPECT_EQ(target.count("notes WHERE more = 'm' AND last = 5"), 1);
}

TEST_F(MigrationSquash, what_one_revision_cannot_say_is_refused) {
    const auto refusal = [&](const std::string& first, const std::string& last) {
        const MigrationSet set = folder_.load();
        return std::string{
            error_of(Errc::usage, [&] { return squash_draft(set, "x", first, last); }).what()};
    };
    EXPECT_THAT(refusal("0004", "0002"), HasSubstr("does not build on"));
    EXPECT_THAT(refusal("0002", "0002"), HasSubstr("nothing to squash"));
    folder_.revision("0006_side", "0002_extra", "  - execute: [SELECT 1]\n");
    EXPECT_THAT(refusal("", "0003"), HasSubstr("'0006_side' builds on '0002_extra'"));
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "legacy"));
    folder_.remove("0006_side.yaml");
    (void)squash("", "0002");
    EXPECT_THAT(refusal("", "0004"), HasSubstr("already stands for others"));
}

TEST_F(MigrationSquash, an_interrupted_one_says_what_to_move) {
    (void)squash("", "0002");
    std::filesystem::rename(folder_.path() / "legacy/0001_base.yaml",
                            folder_.path() / "versions/0001_base.yaml");
    EXPECT_EQ(folder_.refusal(),
              "versions/0001_base.yaml: revision '0006_in_one' replaces '0001_base': move this "
              "file to legacy/");
}

}  // namespace
}  // namespace enginebay::testing
