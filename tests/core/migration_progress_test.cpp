// SPDX-License-Identifier: BSL-1.0
// Tests: a statement that works through many rows tells how far it is, and can be broken off there.
#include "migration_run_fixture.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;

constexpr std::int64_t row_count = 30000;

// What each backend can tell of: the copy of a table that ALTER TABLE cannot change, and an index.
// Its function sleeps for two and a half seconds in all, however fast the machine is.
constexpr const char* long_step =
    "  - alter_column: {table: notes, column: {name: body, type: text, default: none}}\n"
    "  - execute: {postgresql: [CREATE INDEX slow_index ON notes (slow(id))], skip: [sqlite]}\n";
constexpr const char* slow_function =
    "  - execute:\n"
    "      postgresql:\n"
    "        - CREATE FUNCTION slow(n bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS\n"
    "          'BEGIN IF n % 100 = 0 THEN PERFORM pg_sleep(0.008); END IF; RETURN n; END'\n"
    "      skip: [sqlite]\n";

struct Told {
    std::string table;
    std::int64_t rows{0};
    std::int64_t of{0};
};

class MigrationRowProgress : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        folder_.base().revision("0002_slow", "0001_base", slow_function);
        database_.emplace(create_database());
        Target target{*database_, folder_.load()};
        (void)target.upgrade();
        target.run(
            "INSERT INTO notes (body) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT "
            "i + 1 FROM n WHERE i < " +
            std::to_string(row_count) + ") SELECT 'text' FROM n");
        target.run("ANALYZE notes");
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

    MigrationFolder folder_;
    std::optional<TestDatabase> database_;
    std::vector<Told> told_;
    bool stop_{false};
};

TEST_F(MigrationRowProgress, a_long_step_tells_rows_of_rows) {
    folder_.revision("0003_long", "0002_slow", long_step);
    Target target{*database_, folder_.load()};
    (void)target.migrations.upgrade(options());
    ASSERT_THAT(told_, Not(IsEmpty()));
    EXPECT_THAT(told_, Each(Field(&Told::table, "notes")));
    EXPECT_THAT(told_, Each(Field(&Told::of, row_count)));
    EXPECT_THAT(told_, Each(Field(&Told::rows, AllOf(Gt(0), Le(row_count)))));
    EXPECT_EQ(target.count("notes"), row_count);
}

TEST_F(MigrationRowProgress, what_the_report_throws_ends_the_run_and_nothing_is_changed) {
    for (const char* transactional : {"", "transactional: false\n"}) {
        SCOPED_TRACE(transactional);
        folder_.file("0003_stop.yaml", "revision: 0003_stop\nparents: [0002_slow]\nmessage: m\n" +
                                           std::string{transactional} + "upgrade:\n" + long_step +
                                           "irreversible: a test\n");
        Target target{*database_, folder_.load()};
        const Structure before = target.structure();
        stop_ = true;
        EXPECT_THROW(target.migrations.upgrade(options()), std::runtime_error);
        EXPECT_EQ(target.count("notes"), row_count);
        EXPECT_EQ(target.count("enginebay_revision"), 2);
        if (*transactional == '\0') {
            EXPECT_EQ(target.structure(), before);
            continue;
        }
        stop_ = false;
        EXPECT_THAT(target.migrations.upgrade(options()).applied, ElementsAre("0003_stop"));
        EXPECT_EQ(target.count("notes"), row_count);
    }
}

}  // namespace
}  // namespace enginebay::testing
