// SPDX-License-Identifier: BSL-1.0
// Tests: a statement that writes many rows tells how far it is, and can be broken off there.
#include "migration_run_fixture.hpp"

#include <enginebay/extensions.hpp>

#include <gmock/gmock.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::int64_t row_count = 30000;

struct Told {
    std::string table;
    std::int64_t rows{0};
    std::int64_t of{0};
};

class MigrationRowProgress : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        folder_.base();
        database_.emplace(create_database());
        Target target{*database_, folder_.load()};
        (void)target.upgrade();
        target.run(
            "INSERT INTO notes (body) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT "
            "i + 1 FROM n WHERE i < " +
            std::to_string(row_count) + ") SELECT 'text' FROM n");
        counts_ = target.engine->connect(Access::read_write)->extension(row_progress_extension) !=
                  nullptr;
    }
    UpgradeOptions options() {
        UpgradeOptions options;
        options.progress = [this](const MigrationProgress& progress) {
            if (progress.what == MigrationProgress::What::rows) {
                told_.push_back({std::string{progress.table}, progress.rows, progress.of_rows});
                if (stop_) {
                    throw std::runtime_error{"enough"};
                }
            }
        };
        return options;
    }
    void require_what_can_be_told(const std::string& table, std::int64_t of) {
        if (!counts_) {
            EXPECT_THAT(told_, IsEmpty());
            return;
        }
        ASSERT_THAT(told_, Not(IsEmpty()));
        EXPECT_THAT(told_, Each(Field(&Told::table, table)));
        EXPECT_THAT(told_, Each(Field(&Told::of, of)));
        std::int64_t last = 0;
        for (const Told& told : told_) {
            EXPECT_GT(told.rows, last);
            last = told.rows;
        }
        EXPECT_LE(last, row_count);
    }

    MigrationFolder folder_;
    std::optional<TestDatabase> database_;
    std::vector<Told> told_;
    bool counts_{false};
    bool stop_{false};
};

TEST_F(MigrationRowProgress, a_copy_tells_rows_of_rows) {
    folder_.revision("0002_default", "0001_base",
                     "  - alter_column: {table: notes, column: {name: body, type: text, default: "
                     "none}}\n");
    Target target{*database_, folder_.load()};
    (void)target.migrations.upgrade(options());
    require_what_can_be_told("notes", row_count);
    EXPECT_EQ(target.count("notes"), row_count);
}

TEST_F(MigrationRowProgress, a_statement_by_hand_tells_rows) {
    folder_.revision("0002_rows", "0001_base", "  - execute: [UPDATE notes SET body = 'new']\n");
    Target target{*database_, folder_.load()};
    (void)target.migrations.upgrade(options());
    require_what_can_be_told("notes", -1);
    EXPECT_EQ(target.count("notes WHERE body = 'new'"), row_count);
}

TEST_F(MigrationRowProgress, what_the_report_throws_ends_the_run_and_nothing_is_changed) {
    if (!counts_) {  // then no report is asked, and none can end the run
        folder_.revision("0002_rows", "0001_base",
                         "  - execute: [UPDATE notes SET body = 'new']\n");
        Target target{*database_, folder_.load()};
        stop_ = true;
        EXPECT_THAT(target.migrations.upgrade(options()).applied,
                    ::testing::ElementsAre("0002_rows"));
        EXPECT_THAT(told_, IsEmpty());
        EXPECT_EQ(target.count("notes WHERE body = 'new'"), row_count);
        return;
    }
    for (const char* transactional : {"", "transactional: false\n"}) {
        SCOPED_TRACE(transactional);
        folder_.file("0002_stop.yaml", "revision: 0002_stop\nparents: [0001_base]\nmessage: m\n" +
                                           std::string{transactional} +
                                           "upgrade:\n  - alter_column: {table: notes, column: "
                                           "{name: body, type: text, default: "
                                           "none}}\nirreversible: a test\n");
        Target target{*database_, folder_.load()};
        const Structure before = target.structure();
        stop_ = true;
        EXPECT_THROW(target.migrations.upgrade(options()), std::runtime_error);
        EXPECT_EQ(target.count("notes"), row_count);
        EXPECT_EQ(target.count("enginebay_revision"), 1);
        if (*transactional == '\0') {
            EXPECT_EQ(target.structure(), before);
            continue;
        }
        stop_ = false;
        EXPECT_THAT(target.migrations.upgrade(options()).applied,
                    ::testing::ElementsAre("0002_stop"));
        EXPECT_EQ(target.count("notes"), row_count);
    }
}

}  // namespace
}  // namespace enginebay::testing
