// SPDX-License-Identifier: BSL-1.0
// Tests: on an empty database the revisions that only make structure share one transaction, and
// nothing else can be told from that.
#include "counting_connection.hpp"
#include "migration_run_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MigrationTogether : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        folder_.base().revision("0002_extra", "0001_base", add_extra);
    }

    MigrationFolder& third(const std::string& operations) {
        return folder_.revision("0003_third", "0002_extra", operations);
    }

    MigrationFolder folder_;
};

const std::string other_table =
    "  - create_table: {name: other, columns: [{name: id, type: identity}], primary_key: [id]}\n";
const std::string refused_by_the_database =
    "  - create_index: {table: notes, index: {name: bad, columns: [body], where: none > 0}}\n";

/// Transactions that were committed while `target` was upgraded.
std::ptrdiff_t commits_of(Target& target, const UpgradeOptions& options = {}) {
    CountingConnection connection{target.engine->connect(Access::create)};
    (void)target.migrations.upgrade(connection, options);
    return std::ranges::count(connection.statements(), "COMMIT");
}

TEST_F(MigrationTogether, an_empty_database_is_filled_in_one_transaction) {
    third(other_table);
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    EXPECT_EQ(commits_of(target), 1);
    const MigrationStatus status = target.migrations.status();
    ASSERT_EQ(status.applied.size(), 3U);
    EXPECT_EQ(status.applied[0].revision, "0001_base");
    EXPECT_EQ(status.applied[1].revision, "0002_extra");
    EXPECT_EQ(status.applied[2].revision, "0003_third");
    EXPECT_LT(status.applied[0].applied_at, status.applied[1].applied_at);
    EXPECT_LT(status.applied[1].applied_at, status.applied[2].applied_at);
    EXPECT_GT(status.applied[0].duration_us, 0);
}

TEST_F(MigrationTogether, a_database_in_use_gets_each_revision_in_a_transaction_of_its_own) {
    third(other_table);
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    UpgradeOptions options;
    options.target = "0001";
    EXPECT_EQ(commits_of(target, options), 1);
    EXPECT_EQ(commits_of(target), 2);
}

TEST_F(MigrationTogether, what_writes_rows_has_a_transaction_of_its_own) {
    third("  - insert_rows: {table: notes, rows: [{body: one}]}\n")
        .revision("0004_last", "0003_third", other_table);
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    EXPECT_EQ(commits_of(target), 3) << "two together, the rows, and what comes behind rows";
    EXPECT_EQ(target.count("notes"), 1);
}

TEST_F(MigrationTogether, of_a_failed_revision_nothing_stays_and_of_those_before_it_everything) {
    third(other_table + refused_by_the_database);
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    const Error error = error_of(Errc::migration_failed, [&] { return target.upgrade(); });
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("0003_third.yaml:6: revision '0003_third' failed at statement 2"),
                      HasSubstr("as it was before revision '0003_third'")));
    EXPECT_THAT(target.migrations.status().current, ElementsAre("0002_extra"));
    const Structure left = target.structure();
    EXPECT_FALSE(std::ranges::any_of(left, [](auto& fact) { return fact.table == "other"; }));

    third(other_table);
    EXPECT_THAT((Target{database, folder_.load()}.upgrade().applied), ElementsAre("0003_third"));
}

TEST_F(MigrationTogether, what_a_report_throws_undoes_them_all) {
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    UpgradeOptions options;
    options.progress = [](const MigrationProgress& progress) {
        if (progress.what == MigrationProgress::What::statement && progress.number == 2) {
            throw std::runtime_error{"enough"};
        }
    };
    EXPECT_THROW((void)target.migrations.upgrade(options), std::runtime_error);
    EXPECT_THAT(target.structure(), IsEmpty());
}

}  // namespace
}  // namespace enginebay::testing
