// SPDX-License-Identifier: BSL-1.0
// Behind PgBouncer in transaction mode: what works, and what is refused because it would not hold.
#include "fixture.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <enginebay/extensions.hpp>
#include <enginebay/migrator.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace enginebay::testing {
namespace {

namespace fs = std::filesystem;

class PoolerTest : public PostgresTest {
protected:
    void SetUp() override {
        PostgresTest::SetUp();
        if (!engine_) {
            return;
        }
        const char* const ci = std::getenv("CI");
        if (!fs::exists("/usr/sbin/pgbouncer")) {
            if (ci != nullptr && std::string_view{ci} == "true") {
                FAIL() << "pgbouncer is not installed";
            }
            GTEST_SKIP() << "pgbouncer is not installed";
        }
    }

    /// Brings up a pooler before the test's server; `more` are lines of its configuration.
    DatabaseConfig behind_pooler(const std::string& mode, const std::string& more) {
        const DatabaseConfig direct = config();
        const fs::path ini = folder_ / "pgbouncer.ini";
        write_file(folder_ / "users", "\"" + direct.user + "\" \"" + direct.password + "\"\n");
        write_file(ini,
                   "[databases]\n* = host=" + direct.host + " port=" + std::to_string(direct.port) +
                       "\n[pgbouncer]\npool_mode = " + mode +
                       "\nauth_type = scram-sha-256\nauth_file = " + (folder_ / "users").string() +
                       "\nlisten_addr =\nlisten_port = 16432\nunix_socket_dir = " +
                       folder_.path().string() + "\ndefault_pool_size = 4\n" + more);
        std::vector<std::string> command;
        if (::geteuid() == 0) {  // it refuses to run as root
            fs::permissions(folder_.path(), fs::perms::all);
            fs::permissions(folder_ / "users", fs::perms::others_read, fs::perm_options::add);
            fs::permissions(ini, fs::perms::others_read, fs::perm_options::add);
            command = {"setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"};
            // The server's socket must be passable for it.
            command[1] = "--reuid=" + std::to_string(owner_of(direct.host));
        }
        command.insert(command.end(), {"/usr/sbin/pgbouncer", ini.string()});
        pooler_.emplace(command);
        DatabaseConfig pooled = direct;
        pooled.host = folder_.path().string();
        pooled.port = 16432;
        EXPECT_TRUE(pooler_->wait_for_line("process up", 10s)) << pooler_->err();
        return pooled;
    }

private:
    static unsigned owner_of(const fs::path& folder) {
        struct stat facts{};
        ::stat(folder.c_str(), &facts);
        return facts.st_uid;
    }
    TemporaryFolder folder_;
    std::optional<ChildProcess> pooler_;
};

void works_in_transactions(Connection& connection) {
    connection.begin(TransactionMode::write);
    EXPECT_EQ(ask(connection, "SHOW TimeZone"), "UTC");
    EXPECT_EQ(ask(connection, "SHOW lock_timeout"), "10s");
    connection.commit();
    execute(connection, "CREATE TABLE t (id bigint, v text, b boolean, at timestamptz)");
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(execute(connection, "INSERT INTO t VALUES (?, ?, ?, ?)",
                          {ValueView::integer(i), ValueView::text("it's"), ValueView::boolean(true),
                           ValueView::timestamp(Timestamp{1us})}),
                  1);
    }
    Cursor& cursor =
        query(connection, "SELECT id, v, b, at FROM t WHERE id = ?", {ValueView::integer(7)});
    const ValueView* row = cursor.next();
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row[0].as_integer(), 7);
    EXPECT_EQ(row[1].as_text(), "it's");
    EXPECT_TRUE(row[2].as_boolean());
    EXPECT_EQ(row[3].as_timestamp(), Timestamp{1us});
    cursor.close();
    EXPECT_EQ(ask(connection, "SELECT count(*) FROM pg_prepared_statements"), "0");
}

TEST_F(PoolerTest, is_found_out_and_named_statements_are_not_used) {
    const auto engine = open(behind_pooler("transaction", "ignore_startup_parameters = options\n"));
    const auto connection = engine->connect(Access::create);
    works_in_transactions(*connection);
    EXPECT_EQ(connection->extension(row_progress_extension), nullptr);
    connection->reset();
}

TEST_F(PoolerTest, one_that_refuses_start_up_options_is_served_without_them) {
    const auto engine = open(behind_pooler("transaction", ""));
    const auto connection = engine->connect(Access::create);
    works_in_transactions(*connection);
    const auto reader = engine->connect(Access::read_only);
    reader->begin(TransactionMode::write);
    EXPECT_EQ(error_of([&] { execute(*reader, "DELETE FROM t"); }).code(), Errc::read_only);
    reader->rollback();
}

TEST_F(PoolerTest, the_runner_s_lock_holds) {
    const auto engine = open(behind_pooler("transaction", ""));
    const auto migrator = engine->migrator();
    const auto first = engine->connect(Access::create);
    const auto second = engine->connect(Access::create);
    first->begin(TransactionMode::write);
    EXPECT_TRUE(migrator->try_lock(*first));
    second->begin(TransactionMode::write);
    EXPECT_FALSE(migrator->try_lock(*second));
    first->commit();
    EXPECT_TRUE(migrator->try_lock(*second));
    second->rollback();
}

// Both would have it: the lock must say so instead of pretending.
TEST_F(PoolerTest, the_instance_lock_refuses_shared_sessions) {
    const auto engine = open(behind_pooler("transaction", ""));
    const Error error =
        error_of([&] { engine->instance_lock({"testing-daemon", {}, 5s})->try_acquire(); });
    EXPECT_EQ(error.code(), Errc::unsupported);
    EXPECT_NE(std::string{error.what()}.find("connect directly"), std::string::npos)
        << error.what();
    EXPECT_TRUE(wait_until(
        [&] {
            return as_administrator(
                       "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
                       "(SELECT oid FROM pg_database WHERE datname = current_database())") == "0";
        },
        3s))
        << "it left nothing locked";
}

TEST_F(PoolerTest, the_instance_lock_refuses_what_is_known_to_share_sessions) {
    DatabaseConfig shared = config();
    shared.options["pooler"] = "transaction";
    EXPECT_EQ(error_of([&] {
                  open(shared)->instance_lock({"testing-daemon", {}, 5s})->try_acquire();
              }).code(),
              Errc::unsupported);
}

TEST_F(PoolerTest, a_session_of_its_own_is_clean_for_the_next_user) {
    const auto engine = open(behind_pooler("session", "ignore_startup_parameters = options\n"));
    const auto connection = engine->connect(Access::create);
    execute(*connection, "SET work_mem = '1MB'");
    execute(*connection, "CREATE TEMPORARY TABLE mine (id bigint)");
    connection->reset();
    EXPECT_NE(ask(*connection, "SHOW work_mem"), "1MB");
    EXPECT_EQ(ask(*connection, "SELECT to_regclass('mine') IS NULL"), "true");
}

TEST_F(PoolerTest, the_instance_lock_takes_sessions_of_its_own) {
    const auto engine = open(behind_pooler("session", "ignore_startup_parameters = options\n"));
    const LockAttempt attempt = engine->instance_lock({"testing-daemon", {}, 5s})->try_acquire();
    ASSERT_NE(attempt.guard, nullptr);
    EXPECT_EQ(engine_->instance_lock({"testing-daemon", {}, 5s})->try_acquire().guard, nullptr)
        << "seen from the direct side";
}

TEST_F(PoolerTest, none_can_be_asked_for) {
    DatabaseConfig pooled = behind_pooler("session", "ignore_startup_parameters = options\n");
    pooled.options["pooler"] = "none";
    EXPECT_EQ(error_of([&] { open(pooled)->connect(Access::create); }).code(), Errc::configuration);
}

}  // namespace
}  // namespace enginebay::testing
