// SPDX-License-Identifier: BSL-1.0
// What lies at the configured path, and what opening it makes of that.
#include "fixture.hpp"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace enginebay::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class OpenTest : public SqliteTest {
protected:
    static Error failure(const std::string& path, Access access = Access::read_write) {
        const auto begin = std::chrono::steady_clock::now();
        const Error error = error_of([&] { open_sqlite(path)->connect(access); });
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{1})
            << "Poco's minute of retries";
        EXPECT_THAT(error.what(), HasSubstr(path));
        return error;
    }
};

TEST_F(OpenTest, a_missing_file_is_made_only_where_that_is_meant) {
    EXPECT_EQ(failure(path_, Access::read_write).code(), Errc::unreachable);
    EXPECT_EQ(failure(path_, Access::read_only).code(), Errc::unreachable);
    EXPECT_TRUE(fs::is_empty(folder_.path()));
    connect(Access::create);
    EXPECT_TRUE(fs::exists(path_));
    connect(Access::read_write);
}

TEST_F(OpenTest, missing_folders_are_made_for_the_owner_only) {
    const fs::path path = folder_ / "a/b/test.db";
    EXPECT_EQ(failure(path, Access::read_write).code(), Errc::unreachable);
    open_sqlite(path)->connect(Access::create);
    EXPECT_EQ(fs::status(path.parent_path()).permissions(), fs::perms::owner_all);
}

TEST_F(OpenTest, a_folder_or_a_pipe_is_a_mistake_in_the_configuration) {
    fs::create_directory(path_);
    EXPECT_EQ(failure(path_, Access::create).code(), Errc::configuration);
    EXPECT_EQ(failure(path_, Access::read_only).code(), Errc::configuration);
    const std::string pipe = folder_ / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(failure(pipe).code(), Errc::configuration);
}

TEST_F(OpenTest, a_file_where_a_folder_is_named_is_unreachable) {
    write_file(folder_ / "file", "x");
    EXPECT_EQ(failure(folder_ / "file/test.db").code(), Errc::unreachable);
}

TEST_F(OpenTest, another_kind_of_file_is_corrupt_and_left_alone) {
    const std::string content = "This is no database." + std::string(5000, '.');
    write_file(path_, content);
    EXPECT_EQ(failure(path_, Access::create).code(), Errc::corrupt);
    EXPECT_EQ(failure(path_, Access::read_only).code(), Errc::corrupt);
    EXPECT_EQ(read_file(path_), content);
}

TEST_F(OpenTest, a_header_of_a_format_to_come_is_no_question_of_rights) {
    write_file(path_, std::string{"SQLite format 3\0garbage", 23});
    const Error error = failure(path_, Access::create);
    EXPECT_EQ(error.code(), Errc::corrupt);
    EXPECT_NE(std::string{error.what()}.find("newer SQLite"), std::string::npos) << error.what();
}

TEST_F(OpenTest, an_empty_file_is_a_fresh_database) {
    write_file(path_, "");
    const auto connection = connect(Access::read_write);
    execute(*connection, "CREATE TABLE t (a)");
}

TEST_F(OpenTest, every_character_may_stand_in_a_path) {
    const std::string path = folder_ / "a b?mode=ro#c%20d\xc3\xbc&e'f.db";
    const auto engine = open_sqlite(path);
    execute(*engine->connect(Access::create), "CREATE TABLE t (a)");
    EXPECT_TRUE(fs::exists(path));
    EXPECT_EQ(ask(*engine->connect(Access::read_only), "SELECT count(*) FROM t"), "0");
}

TEST_F(OpenTest, a_symbolic_link_leads_to_the_one_database) {
    const std::string link = folder_ / "link.db";
    fs::create_symlink("test.db", link);  // before the target is there
    execute(*open_sqlite(link)->connect(Access::create), "CREATE TABLE t (a)");
    EXPECT_EQ(ask(*connect(), "SELECT count(*) FROM t"), "0");
    fs::create_symlink("loop2", folder_ / "loop1");
    fs::create_symlink("loop1", folder_ / "loop2");
    const Error error = error_of([&] { open_sqlite(folder_ / "loop1")->connect(Access::create); });
    EXPECT_EQ(error.code(), Errc::io) << error.what();
}

TEST_F(OpenTest, a_second_hard_link_is_refused) {
    connect();
    fs::create_hard_link(path_, folder_ / "other.db");
    EXPECT_EQ(failure(path_).code(), Errc::configuration);
}

TEST_F(OpenTest, a_write_ahead_log_left_behind_is_read) {
    const std::string copy = folder_ / "copy.db";
    {
        const auto connection = connect();
        execute(*connection, "CREATE TABLE t (a)");
        engine_->checkpoint(*connection);
        execute(*connection, "INSERT INTO t VALUES (1)");
        fs::copy_file(path_, copy);
        fs::copy_file(path_ + "-wal", copy + "-wal");
    }
    EXPECT_EQ(ask(*open_sqlite(copy)->connect(Access::read_write), "SELECT a FROM t"), "1");
}

TEST_F(OpenTest, what_may_not_be_written_is_a_permission_and_can_be_read) {
    execute(*connect(), "CREATE TABLE t (a)");
    fs::permissions(path_, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
    const Unprivileged nobody{folder_.path()};
    EXPECT_EQ(failure(path_, Access::read_write).code(), Errc::permission);
    EXPECT_EQ(failure(path_, Access::create).code(), Errc::permission);
    EXPECT_EQ(failure(folder_ / "new.db", Access::create).code(), Errc::permission);
    // A write-ahead database whose -shm cannot be made: read without locks, and said so.
    const auto connection = connect(Access::read_only);
    EXPECT_EQ(ask(*connection, "SELECT count(*) FROM t"), "0");
    const auto settings = engine_->effective_settings(*connection);
    EXPECT_TRUE(std::any_of(settings.begin(), settings.end(), [](const EffectiveSetting& setting) {
        return setting.name == "immutable" && setting.value == "1";
    }));
}

TEST_F(OpenTest, memory_is_one_connection) {
    for (const char* path : {":memory:", ""}) {
        const auto engine = open_sqlite(path);
        EXPECT_EQ(engine->connection_limit(), 1U);
        const auto connection = engine->connect(Access::create);
        execute(*connection, "CREATE TABLE t (a)");
        EXPECT_TRUE(connection->alive());
    }
    EXPECT_EQ(engine_->connection_limit(), 0U);
    EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(OpenTest, a_replaced_file_ends_the_life_of_its_connections) {
    const auto connection = connect();
    execute(*connection, "CREATE TABLE t (a)");
    EXPECT_TRUE(connection->alive());
    fs::rename(path_, path_ + ".old");
    bool alive = true;
    for (int i = 0; i < 30 && alive; ++i) {
        ::usleep(50'000);
        alive = connection->alive();
    }
    EXPECT_FALSE(alive);
}

TEST_F(OpenTest, a_failed_attempt_leaves_no_descriptor) {
    const auto count = [] {
        return std::distance(fs::directory_iterator{"/proc/self/fd"}, fs::directory_iterator{});
    };
    write_file(path_, std::string(5000, 'x'));
    failure(path_);
    const auto before = count();
    for (int i = 0; i < 20; ++i) {
        failure(path_);
    }
    EXPECT_EQ(count(), before);
}

TEST_F(OpenTest, a_checkpoint_tells_its_numbers) {
    const auto connection = connect();
    execute(*connection, "CREATE TABLE t (a)");
    const auto reader = connect(Access::read_only);
    reader->begin(TransactionMode::read);
    EXPECT_EQ(ask(*reader, "SELECT count(*) FROM t"), "0");
    execute(*connection, "INSERT INTO t VALUES (1)");
    const auto impatient = open_sqlite(path_, {{"busy_timeout", "10"}});
    const auto other = impatient->connect(Access::read_write);
    const CheckpointResult kept_back = impatient->checkpoint(*other);
    EXPECT_TRUE(kept_back.busy);
    EXPECT_GT(kept_back.log_pages, 0);
    reader->rollback();
    EXPECT_FALSE(engine_->checkpoint(*connection).busy);
    EXPECT_EQ(fs::file_size(path_ + "-wal"), 0U);
}

}  // namespace
}  // namespace enginebay::testing
