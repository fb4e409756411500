// SPDX-License-Identifier: BSL-1.0
// What can be wrong with a database file, its folder and its disk: the status says which, the
// message names the file, and not a byte of the file changes.
#include "daemon/running_daemon.hpp"

#include <gmock/gmock.h>
#include <sys/mount.h>
#include <unistd.h>

namespace enginebay::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
namespace fs = std::filesystem;

class DatabaseFile : public BackendTest {
protected:
    DatabaseFile() { home_.environment["TELECLAUDE_DB_PATH"] = file(); }

    [[nodiscard]] fs::path folder() const { return data_.path(); }
    [[nodiscard]] fs::path file() const { return data_ / "test.db"; }

    // A database as a daemon that ended well leaves it.
    void make_database() {
        ChildProcess daemon = home_.launch_ready();
        ASSERT_EQ(end(daemon), 0);
    }

    // Starts on what is there now: refused with `status`, the file as it was.
    void expect_refused(int status) {
        const bool is_file = fs::is_regular_file(file());
        const std::string before = is_file ? read_file(file()) : std::string{};
        const RunResult result = home_.run();
        EXPECT_EQ(result.exit_status, status) << result.out << result.err;
        EXPECT_THAT(result.err, HasSubstr("teleclauded: "));
        EXPECT_THAT(result.err, HasSubstr(file().string()));
        EXPECT_EQ(result.out, "");
        if (is_file) {
            EXPECT_TRUE(read_file(file()) == before) << "the file has changed";
        }
    }

    // Rights are nothing to root: without these two capabilities they are.
    void respect_rights() {
        if (::geteuid() == 0) {
            home_.prefix = {"setpriv", "--inh-caps=-dac_override,-dac_read_search",
                            "--bounding-set=-dac_override,-dac_read_search"};
        }
    }

    TemporaryFolder data_;
    DaemonHome home_{[] {
        DatabaseConfig config;
        config.engine = backend().name();
        return config;
    }()};
};

TEST_F(DatabaseFile, an_empty_one_is_a_new_database) {
    write_file(file(), "");
    make_database();
    EXPECT_GT(fs::file_size(file()), 0U);
}

TEST_F(DatabaseFile, a_folder_in_its_place) {
    fs::create_directory(file());
    expect_refused(78);
}

TEST_F(DatabaseFile, something_else_in_its_place) {
    write_file(file(), "This is a letter, not a database.\n" + std::string(20'000, 'x'));
    expect_refused(65);
}

TEST_F(DatabaseFile, a_short_text_in_its_place) {
    write_file(file(), "short");
    expect_refused(65);
}

TEST_F(DatabaseFile, a_damaged_header) {
    make_database();
    std::string bytes = read_file(file());
    bytes.replace(0, 64, std::string(64, '\x5a'));
    write_file(file(), bytes);
    expect_refused(65);
}

TEST_F(DatabaseFile, damaged_pages) {
    make_database();
    std::string bytes = read_file(file());
    bytes.replace(4096, bytes.size() - 4096, std::string(bytes.size() - 4096, '\x5a'));
    write_file(file(), bytes);
    expect_refused(65);
}

TEST_F(DatabaseFile, cut_off) {
    make_database();
    const std::string bytes = read_file(file());
    write_file(file(), bytes.substr(0, 3 * 4096 + 100));
    expect_refused(65);
}

TEST_F(DatabaseFile, that_may_only_be_read) {
    make_database();
    fs::permissions(file(), fs::perms::owner_read | fs::perms::group_read);
    respect_rights();
    expect_refused(77);
}

TEST_F(DatabaseFile, that_may_not_even_be_read) {
    make_database();
    fs::permissions(file(), fs::perms::none);
    respect_rights();
    const RunResult result = home_.run();
    EXPECT_EQ(result.exit_status, 77) << result.err;
}

TEST_F(DatabaseFile, in_a_folder_that_may_only_be_read) {
    make_database();
    for (const auto& each : fs::directory_iterator{folder()}) {
        if (each.path() != file()) {
            fs::remove(each.path());
        }
    }
    fs::permissions(folder(), fs::perms::owner_read | fs::perms::owner_exec);
    respect_rights();
    expect_refused(77);
    fs::permissions(folder(), fs::perms::owner_all);
}

// A small disk of its own where the system lets us have one; elsewhere a limit on the size of
// files, which fails writes in the same places.
class FullDisk : public DatabaseFile {
protected:
    void SetUp() override {
        DatabaseFile::SetUp();
        mounted_ = ::mount("tmpfs", folder().c_str(), "tmpfs", 0, "size=96k") == 0;
        RecordProperty("full_disk", mounted_ ? "tmpfs" : "file size limit");
        if (!mounted_) {
            home_.prefix = {"prlimit", "--fsize=65536"};
        }
    }
    void TearDown() override {
        if (mounted_) {
            EXPECT_EQ(::umount2(folder().c_str(), MNT_DETACH), 0);
        }
    }
    void make_room() {
        if (mounted_) {
            ASSERT_EQ(::mount("tmpfs", folder().c_str(), "tmpfs", MS_REMOUNT, "size=8m"), 0);
        }
        home_.prefix.clear();
    }
    bool mounted_{false};
};

TEST_F(FullDisk, no_room_for_a_new_database) {
    const RunResult result = home_.run();
    EXPECT_EQ(result.exit_status, 74) << result.err;
    EXPECT_THAT(result.err, HasSubstr("teleclauded: "));
    EXPECT_EQ(result.out, "");
    make_room();
    const RunResult next = home_.run({"--check"});
    EXPECT_EQ(next.exit_status, 0) << next.err;
}

TEST_F(FullDisk, no_room_beside_a_database) {
    make_room();
    make_database();
    if (!mounted_) {
        home_.prefix = {"prlimit", "--fsize=1024"};
    } else {
        const std::string rest(8 << 20, 'x');
        std::error_code ignored;
        try {
            write_file(folder() / "ballast", rest);
        } catch (const std::exception&) {
            // That is the point: the disk is full now.
        }
    }
    const std::string before = read_file(file());
    const RunResult result = home_.run();
    EXPECT_EQ(result.exit_status, 74) << result.out << result.err;
    EXPECT_TRUE(read_file(file()) == before);
    if (mounted_) {
        fs::remove(folder() / "ballast");
    }
    home_.prefix.clear();
    EXPECT_EQ(home_.run({"--check"}).exit_status, 0);
}

}  // namespace
}  // namespace enginebay::testing
