// SPDX-License-Identifier: BSL-1.0
// Tests: what autogenerate leaves to a person does not run before the person has decided.
#include "migration_run_fixture.hpp"
#include "support/decided.hpp"

#include <enginebay/authoring.hpp>

#include <gmock/gmock.h>

#include <filesystem>
#include <optional>
#include <string>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A table with a price, and a revision that autogenerate wrote to make it another type.
class MigrationUndecided : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) {
            return;
        }
        declare("real");
        folder_.revision("0001_prices", "",
                         "  - create_table:\n"
                         "      name: prices\n"
                         "      columns: [{name: id, type: identity}, {name: price, type: real}]\n"
                         "      primary_key: [id]\n");
        database_.emplace(create_database());
        upgrade();
        target().run("INSERT INTO prices (price) VALUES (1.5)");
        declare("integer");
        file_ = save(autogenerate(folder_.load(), "Whole prices"), folder_.load(), folder_.path());
        ASSERT_EQ(file_.filename(), "0002_whole_prices.yaml");
    }

    void declare(const std::string& type) {
        folder_.schema(
            "tables:\n  prices:\n    columns: [{name: id, type: identity}, {name: price, type: " +
            type + "}]\n    primary_key: [id]\n");
    }
    Target target() { return {*database_, folder_.load()}; }
    UpgradeReport upgrade() { return target().upgrade(); }
    /// Refused, with everything as it was.
    std::string refusal() {
        const Structure before = target().structure();
        const Error error = error_of(Errc::input, [&] { return upgrade(); });
        EXPECT_EQ(target().structure(), before);
        EXPECT_EQ(target().count("prices WHERE price = 1.5"), 1);
        EXPECT_EQ(target().migrations.status().current, (std::vector<std::string>{"0001_prices"}));
        return error.what();
    }
    /// Line `line` comes before the one that begins with `before`.
    void add_line(const std::string& line, const std::string& before) const {
        std::string text = read_file(file_);
        text.insert(text.find(before), line + "\n");
        write_file(file_, text);
    }

    MigrationFolder folder_;
    std::optional<TestDatabase> database_;
    std::filesystem::path file_;
};

TEST_F(MigrationUndecided, a_loss_does_not_happen_before_somebody_has_agreed) {
    const std::string text = read_file(file_);
    const std::size_t at = text.find("  # DECIDE:");
    ASSERT_NE(at, std::string::npos) << text;
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n');
    EXPECT_THAT(refusal(), AllOf(HasSubstr(file_.string() + ":" + std::to_string(line) +
                                           ": revision '0002_whole_prices' waits for a decision, "
                                           "\"the values of price are lost: real has no"),
                                 HasSubstr("(more at line "), HasSubstr("take the comment away"),
                                 HasSubstr("allow: {undecided: why}")));

    EXPECT_GE(take_decisions_away(file_), 2U);
    EXPECT_THAT(upgrade().applied, ElementsAre("0002_whole_prices"));
    EXPECT_EQ(target().count("prices WHERE price IS NULL"), 1);
    EXPECT_TRUE(target().migrations.check().equal);
}

TEST_F(MigrationUndecided, a_reason_in_the_file_is_agreement_too) {
    add_line("allow: {undecided: nobody has prices yet}", "upgrade:");
    EXPECT_THAT(upgrade().applied, ElementsAre("0002_whole_prices"));
}

TEST_F(MigrationUndecided, a_reason_for_something_else_is_none) {
    add_line("allow: {drop_column: nobody has prices yet}", "upgrade:");
    EXPECT_THAT(refusal(), HasSubstr("waits for a decision"));
}

TEST_F(MigrationUndecided, what_is_pending_behind_it_waits_with_what_is_before_it) {
    (void)take_decisions_away(file_);
    folder_.revision("0003_open", "0002_whole_prices", "  # DECIDE:\n  - execute: [SELECT 1]\n");
    EXPECT_THAT(refusal(),
                AllOf(HasSubstr("0003_open.yaml:5: "), HasSubstr("waits for a decision; decide")));
    UpgradeOptions options;
    options.target = "0002";
    EXPECT_THAT(target().migrations.upgrade(options).applied, ElementsAre("0002_whole_prices"));
}

TEST_F(MigrationUndecided, what_has_run_may_keep_its_comment) {
    const std::string text = read_file(file_);
    (void)take_decisions_away(file_);
    (void)upgrade();
    write_file(file_, text);
    EXPECT_THAT(upgrade().applied, IsEmpty());
    EXPECT_TRUE(target().migrations.check().equal);
    folder_.revision("0003_more", "0002_whole_prices",
                     "  - add_column: {table: prices, column: {name: more, type: text}}\n");
    EXPECT_THAT(upgrade().applied, ElementsAre("0003_more"));
    StampOptions stamp;
    stamp.target = "0002";
    stamp.force = true;
    stamp.why = "a test";
    EXPECT_THAT(target().migrations.stamp(stamp).removed, ElementsAre("0003_more"));
}

TEST_F(MigrationUndecided, the_way_back_is_no_upgrade) {
    const std::string text = read_file(file_);
    (void)take_decisions_away(file_);
    (void)upgrade();
    write_file(file_, text);
    UpgradeOptions options;
    options.target = "-1";
    EXPECT_THAT(target().migrations.downgrade(options).undone, ElementsAre("0002_whole_prices"));
}

TEST_F(MigrationUndecided, nothing_is_left_to_decide_on_another_backend) {
    add_line("backends: [another]", "upgrade:");
    EXPECT_THAT(upgrade().applied, ElementsAre("0002_whole_prices"));
    EXPECT_EQ(target().count("prices WHERE price = 1.5"), 1);
}

TEST_F(MigrationUndecided, a_revision_without_a_file_has_no_comments) {
    std::vector<Revision> revisions = folder_.load().revisions();
    for (Revision& revision : revisions) {
        revision.file.clear();
    }
    Target values{*database_, MigrationSet::make(revisions, folder_.load().declared())};
    EXPECT_THAT(values.upgrade().applied, ElementsAre("0002_whole_prices"));
}

TEST_F(MigrationUndecided, tables_that_are_taken_over_were_decided_by_their_maker) {
    folder_.remove("0002_whole_prices.yaml");
    declare("real");
    const std::filesystem::path first = folder_.path() / "versions/0001_prices.yaml";
    write_file(first, read_file(first) + "# DECIDE: whether this is all\n");

    const TestDatabase fresh = create_database();
    Target empty{fresh, folder_.load()};
    EXPECT_THAT(error_of(Errc::input, [&] { return empty.upgrade(); }).what(),
                HasSubstr("\"whether this is all\""));
    EXPECT_THAT(empty.structure(), IsEmpty());

    for (const std::string& sql : empty.migrations.plan_sql()) {
        empty.run(sql);
    }
    EXPECT_THAT(empty.upgrade().adopted, ElementsAre("0001_prices"));
    EXPECT_THAT(empty.upgrade().adopted, IsEmpty());
}

TEST_F(MigrationUndecided, a_whole_number_may_be_too_large_for_a_real) {
    (void)take_decisions_away(file_);
    (void)upgrade();
    declare("real");
    const Draft draft = autogenerate(folder_.load(), "Parts of prices");
    ASSERT_EQ(draft.upgrade.size(), 1U);
    EXPECT_THAT(draft.upgrade[0].remark, HasSubstr("rounds numbers beyond 9007199254740992"));
}

}  // namespace
}  // namespace enginebay::testing
