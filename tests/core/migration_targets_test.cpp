// SPDX-License-Identifier: BSL-1.0
// Tests: the ways to name a revision: by its name, the beginning of it, head, base, +1.
#include "migration_run_fixture.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MigrationTargets : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) {
            return;
        }
        folder_.base()
            .revision("0002_two", "0001_base", column("two"))
            .revision("0003_three", "0002_two", column("three"))
            .revision("0003_thirty", "0003_three", column("thirty"));
        database_.emplace(create_database());
    }

    static std::string column(const std::string& name) {
        return "  - add_column: {table: notes, column: {name: " + name + ", type: text}}\n";
    }

    UpgradeReport upgrade(const std::string& target) {
        Target runner{*database_, folder_.load()};
        UpgradeOptions options;
        options.target = target;
        return runner.migrations.upgrade(options);
    }

    std::string refusal(const std::string& target) {
        return error_of(Errc::input, [&] { return upgrade(target); }).what();
    }

    MigrationFolder folder_;
    std::optional<TestDatabase> database_;
};

TEST_F(MigrationTargets, a_count_goes_on_from_where_the_database_is) {
    EXPECT_THAT(upgrade("+1").applied, ElementsAre("0001_base"));
    EXPECT_THAT(upgrade("+2").applied, ElementsAre("0002_two", "0003_three"));
    EXPECT_THAT(refusal("+2"),
                AllOf(HasSubstr("+2 is too far"), HasSubstr("there is 1 revision from here"),
                      HasSubstr("'0003_thirty'")));
    EXPECT_THAT(upgrade("+1").applied, ElementsAre("0003_thirty"));
    for (const char* nonsense : {"+", "+0", "-", "+x", "+1x", "-0", "+99999999999999999999"}) {
        EXPECT_THAT(refusal(nonsense), HasSubstr("is no number of revisions")) << nonsense;
    }
}

TEST_F(MigrationTargets, the_beginning_of_a_name_is_enough_where_it_is_the_only_one) {
    EXPECT_THAT(upgrade("0002").current, ElementsAre("0002_two"));
    EXPECT_THAT(refusal("0003"), AllOf(HasSubstr("'0003' is the beginning of 2 revisions"),
                                       HasSubstr("'0003_three'"), HasSubstr("'0003_thirty'")));
    EXPECT_THAT(refusal("0009"), HasSubstr("there is no revision '0009'"));
    EXPECT_THAT(upgrade("0003_thr").current, ElementsAre("0003_three"));
    EXPECT_THAT(upgrade("base").applied, IsEmpty()) << "nothing is undone by an upgrade";
    EXPECT_THAT(upgrade("head").current, ElementsAre("0003_thirty"));
}

TEST_F(MigrationTargets, several_heads_are_named_and_a_count_does_not_choose_between_branches) {
    folder_.revision("0003_side", "0002_two", column("side"));
    EXPECT_THAT(refusal(""), AllOf(HasSubstr("2 heads"), HasSubstr("'0003_side'"),
                                   HasSubstr("'0003_thirty'"), HasSubstr("enginebay merge")));
    EXPECT_THAT(refusal("+1"), HasSubstr("2 heads"));
    folder_.revision("0004_join", "0003_side, 0003_thirty", "  []\n");
    EXPECT_THAT(upgrade("+2").current, ElementsAre("0002_two"));
    EXPECT_THAT(refusal("+2"), HasSubstr("lie on several branches")) << "0003_side, 0003_three";
    EXPECT_THAT(upgrade("+1").current, ElementsAre("0003_side"));
    EXPECT_THAT(upgrade("+1").current, ElementsAre("0003_side", "0003_three"));
}

}  // namespace
}  // namespace enginebay::testing
