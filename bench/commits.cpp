// SPDX-License-Identifier: BSL-1.0
#include "commits.hpp"

#include "threads.hpp"

#include <enginebay/database.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <future>
#include <string>

namespace enginebay::bench {
namespace {

constexpr int threads = 8;
constexpr std::chrono::milliseconds round_length{300};

class Writers {
public:
    explicit Writers(DatabaseConfig config)
        : database_{testing::plugin_host().open(config), config.pool} {
        database_.session().execute(
            "CREATE TABLE IF NOT EXISTS written (id BIGINT PRIMARY KEY, body TEXT NOT NULL)");
    }

    /// Microseconds for a write with a commit of its own.
    double alone() {
        return measure([this](const std::atomic<bool>& stop) {
            std::int64_t done = 0;
            for (; !stop; ++done) {
                database_.transaction(TransactionMode::write,
                                      [this](Session& session) { write(session); });
            }
            return done;
        });
    }
    /// The same, submitted; each thread waits for an answer once `ahead` are on their way.
    double submitted(std::size_t ahead) {
        return measure([this, ahead](const std::atomic<bool>& stop) {
            std::int64_t done = 0;
            std::deque<std::future<void>> on_the_way;
            while (!stop || !on_the_way.empty()) {
                if (!stop) {
                    on_the_way.push_back(database_.submit(
                        TransactionMode::write, [this](Session& session) { write(session); }));
                }
                if (stop || on_the_way.size() >= ahead) {
                    on_the_way.front().get();
                    on_the_way.pop_front();
                    ++done;
                }
            }
            return done;
        });
    }

private:
    void write(Session& session) {
        session.execute("INSERT INTO written (id, body) VALUES (?, ?)", ++last_, body_);
    }
    template <class Work>
    static double measure(const Work& work) {
        return microseconds_each(
            threads, round_length,
            [&work](int /*thread*/, const std::atomic<bool>& stop) { return work(stop); });
    }

    Database database_;
    std::atomic<std::int64_t> last_{0};
    const std::string body_ = std::string(100, 'b');
};

}  // namespace

void measure_shared_commits(Collector& collector, testing::Backend& backend, int rounds) {
    if (backend.has(Capability::parallel_writers)) {
        return;
    }
    const testing::TestDatabase test_database = backend.create_database();
    DatabaseConfig config = test_database.config();
    config.options["durability"] = "full";
    Writers writers{config};
    for (int i = 0; i < rounds; ++i) {
        const double alone = writers.alone();
        for (const std::size_t ahead : {std::size_t{1}, std::size_t{16}}) {
            const std::string name =
                "durable write of 8 threads, " + std::to_string(ahead) + " on the way";
            collector.add(name, backend.name(), "raw", alone);
            collector.add(name, backend.name(), "ours", writers.submitted(ahead));
        }
    }
}

}  // namespace enginebay::bench
