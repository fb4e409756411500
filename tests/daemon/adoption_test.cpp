// SPDX-License-Identifier: BSL-1.0
// Databases of the old daemon: adopted with every row as it was, or refused untouched. The samples
// lie outside the tree; where they are not this is not built.
#include "daemon/running_daemon.hpp"

#include <enginebay/timestamp.hpp>

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <map>
#include <memory>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

fs::path sample(const std::string& name) {
    const char* folder = std::getenv("ENGINEBAY_TEST_SAMPLES");
    return folder == nullptr ? fs::path{} : fs::path{folder} / name;
}

using Handle = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;

Handle open(const fs::path& file) {
    sqlite3* raw = nullptr;
    const int status = sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr);
    Handle handle{raw, sqlite3_close};
    EXPECT_EQ(status, SQLITE_OK) << file;
    return handle;
}

// A time as it is after the take-over; whatever else as it is.
std::string respelled(const std::string& column, std::string text) {
    const bool time =
        column.ends_with("_at") || column == "last_activity" || column == "unavailable_until";
    const auto instant = time ? parse_timestamp(text) : std::nullopt;
    return instant ? std::string{to_text(*instant).view()} : std::move(text);
}

// Every row as SQL literals: type and value; times as the instants they mean.
std::vector<std::string> rows(sqlite3* database, const std::string& sql) {
    std::vector<std::string> all;
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database) << ": " << sql;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        std::string row;
        for (int i = 0; i < sqlite3_column_count(statement); ++i) {
            const int type = sqlite3_column_type(statement, i);
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, i));
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
            const std::string text = bytes == nullptr ? "" : std::string{bytes, size};
            row +=
                std::to_string(type) + ":" +
                (type == SQLITE_TEXT ? respelled(sqlite3_column_name(statement, i), text) : text) +
                "|";
        }
        all.push_back(row);
    }
    sqlite3_finalize(statement);
    return all;
}

// Notifications that are never to be tried again get another status: they are left out.
std::string given_up(const std::string& table) {
    return table == "notification_outbox"
               ? " WHERE status <> 'dead_letter' AND coalesce(next_attempt_at, 'x') <> ''"
               : "";
}

// Each table's rows, and the statements the old daemon's structure was made by.
std::map<std::string, std::vector<std::string>> content(const fs::path& file) {
    const Handle database = open(file);
    std::map<std::string, std::vector<std::string>> all;
    for (const std::string& cell : rows(database.get(),
                                        "SELECT name FROM sqlite_master WHERE type = 'table' AND "
                                        "name NOT LIKE 'enginebay%'")) {
        const std::string table = cell.substr(2, cell.size() - 3);
        // The index's own tables: what they hold is another form of what the table holds.
        if (table.find("_fts") == std::string::npos) {
            all[table] = rows(database.get(), "SELECT * FROM \"" + table + "\"" + given_up(table));
        }
    }
    all["(structure)"] = rows(database.get(),
                              "SELECT type, name, sql FROM sqlite_master"
                              " WHERE tbl_name NOT LIKE 'enginebay%'"
                              " AND name <> 'idx_sessions_open' ORDER BY type, name");
    return all;
}

class Adoption : public BackendTest, public ::testing::WithParamInterface<std::string> {
protected:
    // The sample as the database of a fresh home.
    DatabaseConfig copy_of(const std::string& name) {
        DatabaseConfig config = database_.config();
        fs::copy_file(sample(name), config.path, fs::copy_options::overwrite_existing);
        return config;
    }
    TestDatabase database_ = create_database();
};

TEST_P(Adoption, keeps_every_row) {
    const DatabaseConfig config = copy_of(GetParam());
    const auto before = content(config.path);
    ASSERT_GT(before.size(), 13U);
    const DaemonHome home{config};
    ChildProcess daemon = home.launch();
    ASSERT_TRUE(daemon.wait_for_line("  socket ", patience)) << daemon.err();
    EXPECT_THAT(daemon.out(), HasSubstr("revision  0003_open_sessions\n"));
    EXPECT_EQ(home.request("/health").status, 200);
    EXPECT_EQ(end(daemon), 0);
    EXPECT_EQ(content(config.path), before);
    EXPECT_EQ(home.run({"--check"}).exit_status, 0);
}

TEST_P(Adoption, check_alone_takes_over_as_a_start_does) {
    const DatabaseConfig config = copy_of(GetParam());
    const auto before = content(config.path);
    const RunResult checked = DaemonHome{config}.run({"--check"});
    ASSERT_EQ(checked.exit_status, 0) << checked.err;
    EXPECT_EQ(content(config.path), before);
}

INSTANTIATE_TEST_SUITE_P(Samples, Adoption,
                         ::testing::Values("fresh-17.db", "legacy-17-normalized.db"));

class RefusedAdoption : public Adoption {};

TEST_P(RefusedAdoption, names_the_differences_and_changes_nothing) {
    const DatabaseConfig config = copy_of("fresh-17.db");
    backend().tamper(config, GetParam());
    const auto before = content(config.path);
    const RunResult refused = DaemonHome{config}.run();
    EXPECT_EQ(refused.exit_status, 65) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("sessions"));
    EXPECT_EQ(content(config.path), before);
}

INSTANTIATE_TEST_SUITE_P(Differences, RefusedAdoption,
                         ::testing::Values("ALTER TABLE sessions ADD COLUMN extra TEXT",
                                           "ALTER TABLE sessions DROP COLUMN human_role",
                                           "CREATE INDEX idx_sessions_extra ON sessions(title)"));

}  // namespace
}  // namespace enginebay::testing
