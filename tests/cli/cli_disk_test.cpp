// SPDX-License-Identifier: BSL-1.0
// Tests: the disk is full while a table is copied and while an index is built: 74, nothing is lost,
// and with room again the upgrade comes to the head. Needs the right to mount a small disk.
#include "cli/cli_fixture.hpp"

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <string>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t some_rows = 60'000;
constexpr std::size_t little_room = 256 * 1024;

class CliDiskTest : public CliDatabaseTest {
protected:
    void SetUp() override {
        CliDatabaseTest::SetUp();
        if (!database) {
            return;
        }
        mounted_ = ::mount("tmpfs", disk_.path().c_str(), "tmpfs", 0, "size=64m") == 0;
        if (!mounted_ || !move_to_disk()) {
            GTEST_SKIP() << "no small disk can be made here";
        }
        write_file(folder / "migrations/versions/0001_notes.yaml", R"(revision: 0001_notes
parents: []
message: Notes are kept
upgrade:
  - create_table:
      name: notes
      columns:
        - {name: id, type: identity}
        - {name: body, type: text, nullable: false}
        - {name: size, type: integer}
      primary_key: [id]
downgrade:
  - drop_table: {table: notes}
)");
        ASSERT_EQ(bay({"upgrade", "0001"}).exit_status, 0);
        query(
            "INSERT INTO notes (body, size) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
            "i + 1 FROM n WHERE i < " +
            std::to_string(some_rows) + ") SELECT 'a note of some length ' || i, i FROM n");
    }
    void TearDown() override {
        database.reset();
        if (has_space_) {
            Backend::current().tamper({}, "DROP TABLESPACE " + space_);
        }
        if (mounted_) {
            EXPECT_EQ(::umount2(disk_.path().c_str(), MNT_DETACH), 0);
        }
    }

    /// From now on what is written goes to the small disk.
    bool move_to_disk() {
        config_ = database->config();
        if (Backend::current().location() == Location::file) {
            config_.path = disk_ / "test.db";
            configure(config_);
            return true;
        }
        struct stat server{};
        if (::stat(config_.host.c_str(), &server) != 0 ||
            ::chown(disk_.path().c_str(), server.st_uid, server.st_gid) != 0) {
            return false;  // it runs elsewhere
        }
        Backend& backend = Backend::current();
        backend.tamper(config_,
                       "CREATE TABLESPACE " + space_ + " LOCATION '" + disk_.path().string() + "'");
        has_space_ = true;
        backend.tamper(config_, "GRANT CREATE ON TABLESPACE " + space_ + " TO PUBLIC");
        backend.tamper(config_, "ALTER DATABASE \"" + config_.dbname +
                                    "\" SET default_tablespace = " + space_);
        return true;
    }
    void fill_disk() const {
        struct statvfs facts{};
        ASSERT_EQ(::statvfs(disk_.path().c_str(), &facts), 0);
        write_file(disk_ / "ballast",
                   std::string(facts.f_bavail * facts.f_frsize - little_room, 'x'));
    }
    void make_room() const { std::filesystem::remove(disk_ / "ballast"); }

    /// The first cell of what it gives, as a text; nothing where it gives no row.
    std::string query(const std::string& sql) const {
        const auto engine = plugin_host().open(config_);
        const auto connection = engine->connect(Access::read_write);
        Cursor& cursor = connection->query(sql, {});
        const ValueView* cells = cursor.next();
        std::string text;
        if (cells != nullptr) {
            text = cells[0].kind() == Kind::integer ? std::to_string(cells[0].as_integer())
                                                    : std::string{cells[0].as_text()};
        }
        cursor.close();
        return text;
    }
    void expect_all_there(const std::string& revisions) const {
        EXPECT_EQ(query("SELECT count(*) FROM notes"), std::to_string(some_rows));
        EXPECT_EQ(query("SELECT count(*) FROM enginebay_revision"), revisions);
        if (Backend::current().location() == Location::file) {
            EXPECT_EQ(query("PRAGMA integrity_check"), "ok");
        }
    }
    /// The revision does not fit; then it does.
    void expect_no_harm_by(const std::string& operation) {
        write_file(folder / "migrations/versions/0002_kind.yaml",
                   "revision: 0002_kind\nparents: [0001_notes]\nmessage: More\nupgrade:\n  - " +
                       operation + "\nirreversible: a test\n");
        fill_disk();
        const RunResult full = bay({"upgrade"});
        EXPECT_EQ(full.exit_status, 74) << full.out << full.err;
        EXPECT_THAT(full.err, HasSubstr("0002_kind"));
        EXPECT_THAT(full.err, HasSubstr("The database is as it was before revision '0002_kind'."));
        expect_all_there("1");
        make_room();
        const RunResult again = bay({"upgrade"});
        EXPECT_EQ(again.exit_status, 0) << again.err;
        expect_all_there("2");
    }

    TemporaryFolder disk_;
    DatabaseConfig config_;
    bool mounted_{false};
    bool has_space_{false};
    const std::string space_{"disk_of_test_" + std::to_string(::getpid())};
};

TEST_F(CliDiskTest, is_full_while_an_index_is_built) {
    expect_no_harm_by("create_index: {table: notes, index: {name: by_body, columns: [body]}}");
}

TEST_F(CliDiskTest, is_full_while_a_table_is_copied) {
    expect_no_harm_by("alter_column: {table: notes, column: {name: size, type: real}}");
}

}  // namespace
}  // namespace enginebay::testing
