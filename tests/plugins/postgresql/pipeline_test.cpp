// SPDX-License-Identifier: BSL-1.0
// Batches on the server: what a lost connection means, and what happens behind their back.
#include "fixture.hpp"

#include <enginebay/extensions.hpp>

#include <array>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

/// Keeps the answers.
class Answers final : public BatchSink {
public:
    void rows(std::size_t statement, Cursor& cursor) noexcept override {
        while (const ValueView* row = cursor.next()) {
            said += std::to_string(statement) + ":" + text_of(row[0]) + " ";
        }
    }
    void changed(std::size_t statement, std::int64_t rows) noexcept override {
        said += std::to_string(statement) + "=" + std::to_string(rows) + " ";
    }
    void blame(std::size_t statement) noexcept override { blamed = static_cast<int>(statement); }

    std::string said;
    int blamed{-1};
};

class PipelineTest : public PostgresTest {
protected:
    void SetUp() override {
        PostgresTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) {
            return;
        }
        connection_ = connect();
        execute(*connection_, "CREATE TABLE t (id bigint PRIMARY KEY)");
    }
    void TearDown() override { connection_.reset(); }

    void run(const std::vector<BatchStatement>& statements,
             TransactionMode mode = TransactionMode::write) {
        answers_ = std::make_unique<Answers>();
        auto* const batches = static_cast<BatchExtension*>(connection_->extension(batch_extension));
        ASSERT_NE(batches, nullptr);
        batches->run_batch(mode, statements, *answers_);
    }
    std::string count() const { return as_administrator("SELECT count(*) FROM t"); }
    void wait_for(const std::string& condition) const {
        EXPECT_TRUE(wait_until(
            [&] {
                return as_administrator("SELECT count(*) FROM pg_stat_activity WHERE " +
                                        condition) != "0";
            },
            20s));
    }

    std::unique_ptr<Connection> connection_;
    std::unique_ptr<Answers> answers_;
};

const std::array<ValueView, 1> one{ValueView::integer(1)};
const std::array<ValueView, 1> two{ValueView::integer(2)};
constexpr std::string_view insert = "INSERT INTO t VALUES (?)";

TEST_F(PipelineTest, answers_come_in_order) {
    run({{insert, one}, {"SELECT count(*) FROM t", {}, true}, {insert, two}});
    EXPECT_EQ(answers_->said, "0=1 1:1 2=1 ");
    EXPECT_EQ(count(), "2");
}

// The server does everything before it says anything, so silence may mean that all is committed.
TEST_F(PipelineTest, a_connection_lost_during_the_commit_leaves_it_in_doubt) {
    execute(*connection_,
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$");
    execute(*connection_,
            "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION slow()");
    const std::string pid = backend_of(*connection_);
    auto failure =
        std::async(std::launch::async, [&] { return error_of([&] { run({{insert, one}}); }); });
    wait_for("pid = " + pid + " AND wait_event = 'PgSleep'");
    kill(pid);
    const Error error = failure.get();
    EXPECT_EQ(error.code(), Errc::in_doubt) << error.what();
    EXPECT_FALSE(error.retryable());
    EXPECT_FALSE(connection_->alive());
}

TEST_F(PipelineTest, a_connection_ended_by_the_server_in_a_statement_is_not_in_doubt) {
    const std::string pid = backend_of(*connection_);
    auto failure = std::async(std::launch::async, [&] {
        return error_of([&] { run({{insert, one}, {"SELECT pg_sleep(60)", {}, true}}); });
    });
    wait_for("pid = " + pid + " AND wait_event = 'PgSleep'");
    kill(pid);
    const Error error = failure.get();
    EXPECT_EQ(error.code(), Errc::connection_lost) << error.what();
    EXPECT_EQ(error.sqlstate(), "57P01");
    EXPECT_EQ(count(), "0");
}

TEST_F(PipelineTest, a_part_of_a_transaction_is_never_in_doubt) {
    connection_->begin(TransactionMode::write);
    const std::string pid = backend_of(*connection_);
    kill(pid);
    EXPECT_EQ(error_of([&] { run({{insert, one}}); }).code(), Errc::connection_lost);
    EXPECT_EQ(count(), "0");
}

TEST_F(PipelineTest, a_commit_that_fails_is_the_batchs_error) {
    execute(*connection_, "CREATE TABLE r (id bigint REFERENCES t DEFERRABLE INITIALLY DEFERRED)");
    const Error error = error_of([&] { run({{"INSERT INTO r VALUES (?)", one}}); });
    EXPECT_EQ(error.code(), Errc::foreign_key_violation);
    EXPECT_EQ(answers_->blamed, -1);
    EXPECT_FALSE(connection_->in_transaction());
}

TEST_F(PipelineTest, statements_gone_behind_its_back_are_prepared_again) {
    run({{insert, one}});
    execute(*connection_, "DEALLOCATE ALL");
    run({{insert, two}, {"SELECT count(*) FROM t", {}, true}});
    EXPECT_EQ(answers_->said, "0=1 1:2 ");
}

TEST_F(PipelineTest, inside_a_transaction_that_has_failed_it_says_so) {
    connection_->begin(TransactionMode::write);
    EXPECT_THROW(execute(*connection_, "SELECT 1/0"), Error);
    EXPECT_EQ(error_of([&] { run({{insert, one}}); }).code(), Errc::transaction_aborted);
    EXPECT_EQ(answers_->blamed, -1);
    connection_->rollback();
    run({{insert, one}});
    EXPECT_EQ(count(), "1");
}

TEST_F(PipelineTest, copy_and_a_second_transaction_are_refused_before_anything_runs) {
    for (const std::string_view sql : {"COPY t TO STDOUT", "COMMIT", "begin", "/* a */ rollback"}) {
        EXPECT_EQ(error_of([&] { run({{insert, one}, {sql, {}}}); }).code(), Errc::usage);
        EXPECT_EQ(answers_->blamed, 1);
    }
    EXPECT_EQ(count(), "0");
}

}  // namespace
}  // namespace enginebay::testing
