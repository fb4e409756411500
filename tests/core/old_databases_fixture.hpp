// SPDX-License-Identifier: BSL-1.0
// OldDatabases: databases of the old daemon at any point of its history, and what is to be true of
// them when they were adopted.
#pragma once

#include "migration_run_fixture.hpp"
#include "old_database.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace enginebay::testing {

using OldRows = std::map<std::string, std::vector<std::string>>;

inline const std::filesystem::path& source() {
    static const std::filesystem::path folder = build_path("ENGINEBAY_TEST_SOURCE_DIR");
    return folder;
}

inline const OldHistory& january() {
    static const OldHistory history{source() / "tests/core/old_daemon/january.sql"};
    return history;
}

inline const OldHistory& fresh() {
    static const OldHistory history{source() / "tests/core/old_daemon/fresh.sql"};
    return history;
}

/// ENGINEBAY_ALL_STATES: without it, some of the states that differ little from their neighbours
/// are left out.
inline bool all_states() { return std::getenv("ENGINEBAY_ALL_STATES") != nullptr; }

/// The old 006 forgot the highest number given out; ours does not.
inline void forget_marks(OldRows& rows) { rows.erase("sqlite_sequence"); }

class OldDatabases : public ::testing::Test {
protected:
    /// A new file that `make` has filled.
    std::filesystem::path make(const std::function<void(OldDatabase&)>& make) {
        const std::filesystem::path file =
            folder_.path() / ("db" + std::to_string(++made_) + "/teleclaude.db");
        std::filesystem::create_directories(file.parent_path());
        OldDatabase database{file};
        make(database);
        return file;
    }

    static Target target(const std::filesystem::path& file) {
        DatabaseConfig config;
        config.engine = "sqlite";
        config.product = "teleclaude";
        config.path = file;
        return {config, MigrationSet::load(source() / "migrations")};
    }

    static std::string copy_of(const std::filesystem::path& file) {
        return file.string() + ".before-0001_baseline";
    }

    /// Adopts `file` and holds it against `expected`, which the old daemon has finished.
    static void expect_adopted(const std::filesystem::path& file,
                               const std::filesystem::path& expected) {
        const OldRows before = OldDatabase{file}.rows();
        Target database = target(file);
        UpgradeReport report;
        try {
            report = adopt(database);
        } catch (const Error& error) {
            FAIL() << error.what();
        }
        EXPECT_THAT(report.adopted, ::testing::ElementsAre("0001_baseline"));
        EXPECT_EQ(report.copy, copy_of(file));
        EXPECT_EQ(differing_names(database.migrations), behind_the_baseline);
        OldDatabase live{file};
        OldRows rows = live.rows();
        OldRows wanted = OldDatabase{expected}.rows();
        expect_marks(before, rows);
        forget_marks(rows);
        forget_marks(wanted);
        for (const auto& [table, content] : wanted) {
            EXPECT_EQ(rows[table], content) << table;
        }
        EXPECT_EQ(rows.size(), wanted.size());
        EXPECT_EQ(OldDatabase{report.copy}.rows(), before);
        EXPECT_EQ(live.dump("PRAGMA integrity_check"), "3:2:ok\n");
        expect_search(live);
        const OldRows spelled = with_one_spelling(live.rows());
        const UpgradeReport rest = database.upgrade();
        EXPECT_THAT(rest.adopted, ::testing::IsEmpty());
        EXPECT_THAT(rest.applied,
                    ::testing::ElementsAre("0002_one_spelling_of_times", "0003_open_sessions"));
        EXPECT_EQ(live.rows(), spelled);
        EXPECT_TRUE(database.migrations.check().equal);
        expect_search(live);
        EXPECT_THAT(database.upgrade().applied, ::testing::IsEmpty());
    }

    /// The baseline alone: what the steps of the old daemon make, and nothing more.
    static UpgradeReport adopt(Target& database) {
        UpgradeOptions options;
        options.target = "0001_baseline";
        return database.migrations.upgrade(options);
    }

    /// A number once given out is never given out again.
    static void expect_marks(const OldRows& before, const OldRows& after) {
        if (before.contains("sqlite_sequence")) {
            for (const std::string& mark : before.at("sqlite_sequence")) {
                const bool leftover = mark.find("_new|") != std::string::npos;
                EXPECT_TRUE(leftover || std::ranges::count(after.at("sqlite_sequence"), mark) == 1)
                    << mark;
            }
        }
    }

    /// The index finds what the table holds.
    static void expect_search(OldDatabase& database) {
        database.run(
            "INSERT INTO memory_observations_fts(memory_observations_fts, rank)"
            " VALUES ('integrity-check', 1)");
        EXPECT_EQ(database.dump("SELECT count(*) FROM memory_observations_fts"
                                " WHERE memory_observations_fts MATCH 'common'"),
                  database.dump("SELECT count(*) FROM memory_observations"
                                " WHERE narrative LIKE '%common%' OR title = 'common'"));
    }

    /// Each state that a crash between two commits of the old daemon leaves, from before the first
    /// step to behind the last.
    void expect_all_adopted(const OldHistory& history) {
        for (std::size_t done = 0; done <= history.steps.size() && !HasFailure(); ++done) {
            const std::size_t parts =
                done == history.steps.size() ? 0 : history.steps[done].together + 1;
            for (std::size_t part = 0; part <= parts && !HasFailure(); ++part) {
                if (!all_states() && part != 0 && part != parts && part % 3 != 1) {
                    continue;
                }
                SCOPED_TRACE("after " + std::to_string(done) + " steps and " +
                             std::to_string(part) + " statements of the next");
                expect_one_adopted(history, done, part, {});
            }
        }
    }

    void expect_one_adopted(const OldHistory& history, std::size_t done, std::size_t part,
                            const std::function<void(OldDatabase&)>& also) {
        const std::filesystem::path file =
            make([&](OldDatabase& database) { database.run_history(history, done); });
        const std::filesystem::path expected = make([](OldDatabase&) {});
        std::filesystem::copy_file(file, expected,
                                   std::filesystem::copy_options::overwrite_existing);
        if (part > 0) {
            OldDatabase{file}.run_part(history.steps[done], part);
        }
        if (also) {
            OldDatabase database{file};
            also(database);
        }
        {
            OldDatabase database{expected};
            database.run_steps(history, done);
            database.run_schema(fresh());
        }
        expect_adopted(file, expected);
    }

    TemporaryFolder folder_;
    int made_{0};
};

}  // namespace enginebay::testing
