// SPDX-License-Identifier: BSL-1.0
// Cases of several writers at once: who waits, for how long, in which order, and what is lost.
#include "cases.hpp"
#include "scene.hpp"

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>

namespace enginebay::conformance {
namespace {

using std::chrono::steady_clock;

// With parallel writers the second begins and commits while the first is open; without, it waits
// for the first and is not refused.
void write_transactions_exclude_each_other_or_not(const Backend& backend) {
    Scene scene{backend};
    const auto first = scene.connect();
    create_numbers(*first, 2);
    first->begin(TransactionMode::write);
    execute(*first, "UPDATE t SET v = 'first' WHERE id = 1");
    std::future<void> second = std::async(std::launch::async, [&] {
        const auto connection = scene.connect();
        connection->begin(TransactionMode::write);
        execute(*connection, "UPDATE t SET v = 'second' WHERE id = 2");
        connection->commit();
    });
    if (scene.has(Capability::parallel_writers)) {
        EXPECT_EQ(second.wait_for(3s), std::future_status::ready);
        first->commit();
    } else {
        EXPECT_EQ(second.wait_for(300ms), std::future_status::timeout);
        first->commit();
        EXPECT_EQ(second.wait_for(3s), std::future_status::ready);
    }
    second.get();
    EXPECT_EQ(number(*first, "SELECT count(*) FROM t WHERE v IN ('first', 'second')"), 2);
}

void writers_of_one_row_lose_nothing(const Backend& backend) {
    constexpr int threads = 4;
    constexpr int rounds = 25;
    Scene scene{backend};
    const auto connection = scene.connect();
    execute(*connection, "CREATE TABLE counter (n BIGINT NOT NULL)");
    execute(*connection, "INSERT INTO counter VALUES (0)");
    {
        std::vector<std::jthread> all;
        for (int thread = 0; thread < threads; ++thread) {
            all.emplace_back([&scene] {
                try {
                    const auto mine = scene.connect();
                    for (int round = 0; round < rounds; ++round) {
                        mine->begin(TransactionMode::write);
                        execute(*mine, "UPDATE counter SET n = n + 1");
                        mine->commit();
                    }
                } catch (const Error& error) {
                    ADD_FAILURE() << error.what();
                }
            });
        }
    }
    EXPECT_EQ(number(*connection, "SELECT n FROM counter"), threads * rounds);
}

// Who asks first gets the turn first: no writer starves behind luckier ones.
void writers_get_their_turn_in_order(const Backend& backend) {
    Scene scene{backend};
    if (scene.has(Capability::parallel_writers)) {
        const auto one = scene.connect();
        const auto two = scene.connect();
        one->begin(TransactionMode::write);
        two->begin(TransactionMode::write);
        two->commit();
        one->commit();
        return;
    }
    const auto holder = scene.connect();
    create_numbers(*holder);
    holder->begin(TransactionMode::write);
    std::mutex guard;
    std::vector<int> order;
    {
        std::vector<std::jthread> all;
        for (int turn = 0; turn < 6; ++turn) {
            all.emplace_back([&, turn] {
                const auto mine = scene.connect();
                mine->begin(TransactionMode::write);
                {
                    const std::lock_guard lock{guard};
                    order.push_back(turn);
                }
                std::this_thread::sleep_for(10ms);
                mine->commit();
            });
            std::this_thread::sleep_for(60ms);
        }
        holder->commit();
    }
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5}));
}

// Waiting has an end, and the end is an answer that may be tried again.
void a_lock_held_by_another_process_is_busy_in_time(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.impatient);
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    ChildProcess worker = scene.worker({"write-hold", "UPDATE t SET v = 'theirs'"});
    ASSERT_TRUE(worker.wait_for_line("holding", 10s)) << worker.out() << worker.err();
    const auto engine = scene.open(backend.impatient(scene.config()));
    const auto impatient = engine->connect(Access::create);
    const auto begin = steady_clock::now();
    const Error error = error_of([&] {
        impatient->begin(TransactionMode::write);
        execute(*impatient, "UPDATE t SET v = 'mine'");
        impatient->commit();
    });
    EXPECT_EQ(error.code(), Errc::busy) << error.what();
    EXPECT_TRUE(error.retryable());
    EXPECT_LT(steady_clock::now() - begin, 3s);
    impatient->rollback();
    worker.close_input();
    ASSERT_EQ(worker.wait(5s), 0) << worker.out() << worker.err();
    impatient->begin(TransactionMode::write);
    EXPECT_EQ(execute(*impatient, "UPDATE t SET v = 'mine'"), 1);
    impatient->commit();
    EXPECT_EQ(text(*connection, "SELECT v FROM t"), "mine");
}

void readers_do_not_wait_for_a_writer(const Backend& backend) {
    Scene scene{backend};
    const auto writer = scene.connect();
    create_numbers(*writer, 1);
    writer->begin(TransactionMode::write);
    execute(*writer, "UPDATE t SET v = 'two'");
    const auto reader = scene.connect();
    const auto begin = steady_clock::now();
    reader->begin(TransactionMode::read);
    EXPECT_EQ(text(*reader, "SELECT v FROM t"), "one");
    reader->commit();
    EXPECT_LT(steady_clock::now() - begin, 1s);
    writer->commit();
}

void a_writer_does_not_wait_for_readers(const Backend& backend) {
    Scene scene{backend};
    const auto writer = scene.connect();
    create_numbers(*writer, 1);
    const auto reader = scene.connect();
    reader->begin(TransactionMode::read);
    EXPECT_EQ(text(*reader, "SELECT v FROM t"), "one");
    writer->begin(TransactionMode::write);
    execute(*writer, "UPDATE t SET v = 'two'");
    writer->commit();
    reader->commit();
    EXPECT_EQ(text(*reader, "SELECT v FROM t"), "two");
}

// Two transactions that wait for each other: one of them is told to run again.
void a_deadlock_ends_as_serialization(const Backend& backend) {
    Scene scene{backend};
    const auto one = scene.connect();
    create_numbers(*one, 2);
    if (!scene.has(Capability::parallel_writers)) {
        one->begin(TransactionMode::write);
        EXPECT_EQ(execute(*one, "UPDATE t SET v = 'x'"), 2) << "alone, it cannot happen";
        one->commit();
        return;
    }
    const auto two = scene.connect();
    one->begin(TransactionMode::write);
    two->begin(TransactionMode::write);
    execute(*one, "UPDATE t SET v = 'x' WHERE id = 1");
    execute(*two, "UPDATE t SET v = 'y' WHERE id = 2");
    const auto outcome = [](Connection& connection, const char* sql) {
        try {
            execute(connection, sql);
            connection.commit();
            return std::optional<Errc>{};
        } catch (const Error& error) {
            EXPECT_TRUE(error.retryable()) << error.what();
            connection.rollback();
            return std::optional{error.code()};
        }
    };
    std::future<std::optional<Errc>> other = std::async(
        std::launch::async, [&] { return outcome(*two, "UPDATE t SET v = 'y' WHERE id = 1"); });
    const std::optional<Errc> mine = outcome(*one, "UPDATE t SET v = 'x' WHERE id = 2");
    const std::optional<Errc> theirs = other.get();
    ASSERT_NE(mine.has_value(), theirs.has_value()) << "exactly one fails";
    EXPECT_EQ(mine ? *mine : *theirs, Errc::serialization);
}

// Queue rows: a second worker takes another row or waits for the first; never the same row.
void claimed_rows_go_to_one_worker(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 40);
    const std::string claim = "SELECT id FROM t WHERE v = 'one' ORDER BY id LIMIT 1" +
                              std::string{scene.dialect().claim_clause()};
    std::mutex guard;
    std::vector<std::int64_t> taken;
    {
        std::vector<std::jthread> all;
        for (int thread = 0; thread < 4; ++thread) {
            all.emplace_back([&] {
                try {
                    const auto mine = scene.connect();
                    for (bool more = true; more;) {
                        mine->begin(TransactionMode::write);
                        const std::vector<Row> found = rows(*mine, claim);
                        more = !found.empty();
                        if (more) {
                            const auto id = std::get<std::int64_t>(found.front().front());
                            execute(*mine, "UPDATE t SET v = 'taken' WHERE id = ?", {integer(id)});
                            const std::lock_guard lock{guard};
                            taken.push_back(id);
                        }
                        mine->commit();
                    }
                } catch (const Error& error) {
                    ADD_FAILURE() << error.what();
                }
            });
        }
    }
    std::sort(taken.begin(), taken.end());
    EXPECT_EQ(std::unique(taken.begin(), taken.end()), taken.end()) << "no row twice";
    EXPECT_EQ(taken.size(), 40U);
}

void a_claim_passes_locked_rows_where_the_capability_says_so(const Backend& backend) {
    Scene scene{backend};
    const auto one = scene.connect();
    create_numbers(*one, 2);
    const std::string_view clause = scene.dialect().claim_clause();
    const std::string claim = "SELECT id FROM t ORDER BY id LIMIT 1" + std::string{clause};
    one->begin(TransactionMode::write);
    EXPECT_EQ(number(*one, claim), 1);
    if (!scene.has(Capability::skip_locked)) {
        EXPECT_FALSE(scene.has(Capability::parallel_writers))
            << "then something must keep two workers apart";
    } else {
        EXPECT_EQ(clause.substr(0, 1), " ");
        const auto two = scene.connect();
        two->begin(TransactionMode::write);
        EXPECT_EQ(number(*two, claim), 2);
        two->commit();
    }
    one->commit();
}

constexpr std::array<Case, 9> cases{{
    {"write_transactions_exclude_each_other_or_not", write_transactions_exclude_each_other_or_not},
    {"writers_of_one_row_lose_nothing", writers_of_one_row_lose_nothing},
    {"writers_get_their_turn_in_order", writers_get_their_turn_in_order},
    {"a_lock_held_by_another_process_is_busy_in_time",
     a_lock_held_by_another_process_is_busy_in_time},
    {"readers_do_not_wait_for_a_writer", readers_do_not_wait_for_a_writer},
    {"a_writer_does_not_wait_for_readers", a_writer_does_not_wait_for_readers},
    {"a_deadlock_ends_as_serialization", a_deadlock_ends_as_serialization},
    {"claimed_rows_go_to_one_worker", claimed_rows_go_to_one_worker},
    {"a_claim_passes_locked_rows_where_the_capability_says_so",
     a_claim_passes_locked_rows_where_the_capability_says_so},
}};

}  // namespace

std::span<const Case> writer_cases() { return cases; }

}  // namespace enginebay::conformance
