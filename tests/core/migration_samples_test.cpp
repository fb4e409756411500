// SPDX-License-Identifier: BSL-1.0
// Tests: databases that the old daemon left, as real input. Looked at with the bare SQLite library,
// so that what is to be proved does not prove itself.
#include "migration_run_fixture.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class File {
public:
    explicit File(const std::filesystem::path& path) {
        sqlite3* raw = nullptr;
        const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr);
        handle_.reset(raw);
        if (code != SQLITE_OK) {
            throw std::runtime_error{path.string() + ": " + sqlite3_errmsg(raw)};
        }
    }

    /// All rows of a query as one text, types and lengths included.
    std::string dump(const std::string& sql) {
        sqlite3_stmt* raw = nullptr;
        if (sqlite3_prepare_v2(handle_.get(), sql.c_str(), -1, &raw, nullptr) != SQLITE_OK) {
            throw std::runtime_error{sql + ": " + sqlite3_errmsg(handle_.get())};
        }
        const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement{raw,
                                                                              sqlite3_finalize};
        std::string rows;
        while (sqlite3_step(raw) == SQLITE_ROW) {
            for (int i = 0; i < sqlite3_column_count(raw); ++i) {
                const int type = sqlite3_column_type(raw, i);
                const auto* bytes = static_cast<const char*>(sqlite3_column_blob(raw, i));
                const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw, i));
                rows += std::to_string(type) + ":" + std::to_string(size) + ":";
                rows.append(bytes != nullptr ? bytes : "", bytes != nullptr ? size : 0);
            }
            rows += "\n";
        }
        return rows;
    }

    /// Table -> its rows, rowids included; "" -> the catalogue. Without our own table.
    std::map<std::string, std::string> content() {
        std::map<std::string, std::string> result;
        result[""] = dump("SELECT * FROM sqlite_schema WHERE tbl_name NOT LIKE 'enginebay%'");
        sqlite3_stmt* raw = nullptr;
        sqlite3_prepare_v2(handle_.get(),
                           "SELECT name FROM pragma_table_list WHERE schema = 'main' AND name NOT "
                           "LIKE 'enginebay%' AND name <> 'sqlite_schema'",
                           -1, &raw, nullptr);
        const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement{raw,
                                                                              sqlite3_finalize};
        while (sqlite3_step(raw) == SQLITE_ROW) {
            const std::string name = reinterpret_cast<const char*>(sqlite3_column_text(raw, 0));
            result[name] = dump("SELECT * FROM \"" + name + "\"");
        }
        return result;
    }

    void run(const std::string& sql) {
        if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
            throw std::runtime_error{sql + ": " + sqlite3_errmsg(handle_.get())};
        }
    }

private:
    std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle_{nullptr, sqlite3_close};
};

class MigrationSamples : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        const char* samples = std::getenv("ENGINEBAY_TEST_SAMPLES");
        const std::filesystem::path sample =
            std::filesystem::path{samples != nullptr ? samples : ""} / GetParam();
        if (!std::filesystem::exists(sample)) {
            GTEST_SKIP() << "no sample database at " << sample;
        }
        std::filesystem::copy_file(sample, file_);
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

    TemporaryFolder folder_;
    std::filesystem::path file_{folder_ / "teleclaude.db"};
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<Migrations> migrations_;
};

TEST_P(MigrationSamples, is_recognised_and_recorded_without_a_change_to_any_row) {
    const auto before = File{file_}.content();
    ASSERT_GT(before.size(), 15U);
    const UpgradeReport report = migrations_->upgrade({});
    EXPECT_THAT(report.adopted, ElementsAre("0001_baseline"));
    EXPECT_THAT(report.applied, IsEmpty());
    EXPECT_EQ(File{file_}.content(), before);
    for (const Difference& difference : migrations_->check().differences) {
        ADD_FAILURE() << difference.kind << " " << difference.table << "." << difference.name
                      << ": declared " << difference.declared << ", live " << difference.live;
    }
    EXPECT_EQ(migrations_->status().state, MigrationStatus::State::versioned);
    EXPECT_THAT(migrations_->upgrade({}).adopted, IsEmpty());
}

TEST_P(MigrationSamples, is_refused_and_untouched_where_one_column_differs) {
    File{file_}.run("ALTER TABLE voice_assignments ADD COLUMN pitch TEXT");
    const auto before = File{file_}.content();
    const Error error = error_of(Errc::input, [&] { return migrations_->upgrade({}); });
    EXPECT_THAT(error.what(), HasSubstr("column voice_assignments.pitch: not expected"));
    EXPECT_EQ(File{file_}.content(), before);
    EXPECT_EQ(File{file_}.dump("SELECT * FROM sqlite_schema WHERE name LIKE 'enginebay%'"), "");
}

TEST_P(MigrationSamples, is_refused_where_an_index_lost_its_order) {
    File file{file_};
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

}  // namespace
}  // namespace enginebay::testing
