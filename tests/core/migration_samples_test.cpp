// SPDX-License-Identifier: BSL-1.0
// Tests: databases that the old daemon left, as real input. Looked at with the bare SQLite library,
// so that what is to be proved does not prove itself.
#include "migration_run_fixture.hpp"
#include "old_database.hpp"

#include <gmock/gmock.h>

#include <cctype>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MigrationSamples : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        std::filesystem::copy_file(build_path("ENGINEBAY_TEST_SAMPLES") / GetParam(), file_);
        std::filesystem::permissions(file_, std::filesystem::perms::owner_all);
        DatabaseConfig config;
        config.engine = "sqlite";
        config.product = "teleclaude";
        config.path = file_;
        engine_ = plugin_host().open(config);
        migrations_ = std::make_unique<Migrations>(
            *engine_, config.engine,
            MigrationSet::load(build_path("ENGINEBAY_TEST_SOURCE_DIR") / "migrations"));
    }

    /// Rows, and the catalogue; without our own table.
    [[nodiscard]] std::map<std::string, std::vector<std::string>> content() const {
        OldDatabase database{file_};
        auto result = database.rows();
        result[""] = {database.dump(
            "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE tbl_name NOT LIKE "
            "'enginebay%'")};
        return result;
    }

    /// Without the revisions behind the baseline, which change rows.
    UpgradeReport adopt() {
        UpgradeOptions options;
        options.target = "0001_baseline";
        return migrations_->upgrade(options);
    }

    TemporaryFolder folder_;
    std::filesystem::path file_{folder_ / "teleclaude.db"};
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<Migrations> migrations_;
};

TEST_P(MigrationSamples, is_recognised_and_recorded_without_a_change_to_any_row) {
    const auto before = content();
    ASSERT_GT(before.size(), 14U);
    const UpgradeReport report = adopt();
    EXPECT_THAT(report.adopted, ElementsAre("0001_baseline"));
    EXPECT_THAT(report.applied, IsEmpty());
    EXPECT_EQ(report.copy.empty(), report.applied.empty());
    EXPECT_EQ(content(), before);
    EXPECT_EQ(differing_names(*migrations_), behind_the_baseline);
    EXPECT_EQ(migrations_->status().state, MigrationStatus::State::versioned);
    EXPECT_THAT(migrations_->upgrade({}).adopted, IsEmpty());
}

TEST_P(MigrationSamples, keeps_every_row_with_equal_instants_and_a_copy_as_it_was) {
    const auto before = OldDatabase{file_}.rows();
    const UpgradeReport report = migrations_->upgrade({});
    EXPECT_THAT(report.adopted, ElementsAre("0001_baseline"));
    EXPECT_THAT(report.applied, ElementsAre("0002_one_spelling_of_times", "0003_open_sessions"));
    EXPECT_EQ(OldDatabase{report.copy}.rows(), before);
    EXPECT_EQ(OldDatabase{file_}.rows(), with_one_spelling(before));
    EXPECT_TRUE(migrations_->check().equal);
}

TEST_P(MigrationSamples, is_refused_and_untouched_where_one_column_differs) {
    OldDatabase{file_}.run("ALTER TABLE voice_assignments ADD COLUMN pitch TEXT");
    const auto before = content();
    const Error error = error_of(Errc::input, [&] { return migrations_->upgrade({}); });
    EXPECT_THAT(error.what(), HasSubstr("column voice_assignments.pitch: not expected"));
    EXPECT_EQ(content(), before);
    EXPECT_EQ(OldDatabase{file_}.dump("SELECT * FROM sqlite_schema WHERE name LIKE 'enginebay%'"),
              "");
}

TEST_P(MigrationSamples, is_refused_where_an_index_lost_its_order) {
    OldDatabase file{file_};
    file.run("DROP INDEX idx_memory_sum_project");
    file.run("CREATE INDEX idx_memory_sum_project ON memory_summaries(project, created_at_epoch)");
    const Error error = error_of(Errc::input, [&] { return migrations_->upgrade({}); });
    EXPECT_THAT(error.what(), HasSubstr("idx_memory_sum_project"));
}

INSTANTIATE_TEST_SUITE_P(FullyMigrated, MigrationSamples,
                         ::testing::Values("fresh-17.db", "legacy-17-initialized.db",
                                           "legacy-17-normalized.db"),
                         [](const auto& sample) {
                             std::string name = sample.param;
                             for (char& c : name) {
                                 c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                             }
                             return name;
                         });

/// Those from before the last step.
class OlderSamples : public MigrationSamples {
protected:
    using Content = std::map<std::string, std::vector<std::string>>;

    /// The rows of `before` under the names that the columns have now. What steps give old rows
    /// beside them is left out.
    static std::string renamed(std::string row) {
        static const std::map<std::string, std::string> names{
            {"last_feedback_received=", "last_output_raw="},
            {"last_feedback_received_at=", "last_output_at="},
            {"last_feedback_summary=", "last_output_summary="},
            {"last_agent_output_at=", "last_tool_done_at="},
            {"last_after_model_at=", "last_tool_use_at="}};
        for (const auto& [from, to] : names) {
            if (const std::size_t at = row.find("|" + from); at != std::string::npos) {
                row.replace(at + 1, from.size(), to);
            }
        }
        return row;
    }

    /// Each cell of `before`, as `name=type:length:bytes|`, stands in `after`.
    static void expect_cells(const std::string& table, const std::string& before,
                             const std::string& after) {
        std::size_t at = 1;  // behind the first separator
        while (at < before.size()) {
            const std::size_t name_end = before.find('=', at);
            const std::size_t type_end = before.find(':', name_end);
            const std::size_t size_end = before.find(':', type_end + 1);
            const std::size_t size = std::stoul(before.substr(type_end + 1));
            const std::string cell = before.substr(at, size_end + 1 + size + 1 - at);
            const std::string name = before.substr(at, name_end - at);
            at += cell.size();
            if (after.find("|" + cell) == std::string::npos) {
                expect_meant(table, name, before, after);
            }
        }
    }

    /// The two changes of rows that the steps are for.
    static void expect_meant(const std::string& table, const std::string& name,
                             const std::string& before, const std::string& after) {
        if (table == "sessions" && name == "tmux_session_name") {
            EXPECT_THAT(after, HasSubstr("|tmux_session_name=5:0:|"));
            const bool by_status =
                before.find("lifecycle_status=3:8:headless|") != std::string::npos;
            const std::size_t at = before.find(":", before.find("|tmux_session_name=3:") + 21) + 1;
            std::string prefix = before.substr(at, 9);
            for (char& c : prefix) {
                c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            }
            EXPECT_TRUE(by_status || prefix == "headless-") << before;
        } else if (table == "memory_observations" && name == "type") {
            EXPECT_THAT(after, HasSubstr("|type=3:9:discovery|"));
            EXPECT_THAT(before,
                        ::testing::ContainsRegex("type=3:.:(bugfix|feature|refactor|change)"));
        } else {
            ADD_FAILURE() << table << "." << name << "\n" << before << "\n" << after;
        }
    }
};

TEST_P(OlderSamples, are_taken_over_with_every_row) {
    const Content before = OldDatabase{file_}.rows();
    const UpgradeReport report = adopt();
    EXPECT_THAT(report.adopted, ElementsAre("0001_baseline"));
    EXPECT_THAT(report.notes, ElementsAre(HasSubstr("3 rows of 'pending_message_deletions'")));
    EXPECT_EQ(differing_names(*migrations_), behind_the_baseline);
    EXPECT_EQ(OldDatabase{report.copy}.rows(), before);

    const Content after = OldDatabase{file_}.rows();
    for (const auto& [table, rows] : before) {
        const std::vector<std::string>& now = after.at(table);
        if (table == "schema_migrations" || table == "sqlite_sequence") {
            EXPECT_THAT(now, ::testing::IsSupersetOf(rows)) << table;
            continue;
        }
        ASSERT_EQ(now.size(), rows.size()) << table;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            expect_cells(table, "|" + renamed("|" + rows[i]).substr(1), "|" + now[i]);
        }
    }
    EXPECT_EQ(after.at("schema_migrations").size(), 30U);
    (void)migrations_->upgrade({});
    EXPECT_EQ(OldDatabase{file_}.rows(), with_one_spelling(after));
}

TEST_P(OlderSamples, have_as_many_sessions_without_a_terminal_as_the_old_step_made) {
    (void)migrations_->upgrade({});
    EXPECT_EQ(
        OldDatabase{file_}.dump("SELECT count(*) FROM sessions WHERE tmux_session_name IS NULL"),
        "1:2:25\n");
    EXPECT_EQ(OldDatabase{file_}.dump("SELECT count(*) FROM sessions WHERE tmux_session_name = ''"),
              "1:1:0\n");
}

INSTANTIATE_TEST_SUITE_P(BeforeTheLastStep, OlderSamples,
                         ::testing::Values("legacy-00.db", "legacy-05-filled.db", "legacy-11.db"),
                         [](const auto& sample) { return std::string{sample.param}.substr(7, 2); });

}  // namespace
}  // namespace enginebay::testing
