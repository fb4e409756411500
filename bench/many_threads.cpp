// SPDX-License-Identifier: BSL-1.0
#include "many_threads.hpp"

#include "ours.hpp"
#include "peer.hpp"
#include "processor.hpp"
#include "threads.hpp"

#include <enginebay/database.hpp>

#include <memory>
#include <string>
#include <vector>

namespace enginebay::bench {
namespace {

constexpr std::chrono::milliseconds round_length{150};
constexpr int most_threads = 8;

PoolConfig pool_of_eight() {
    PoolConfig pool;
    pool.size = most_threads;
    return pool;
}

/// A connection for each thread, which stays with it on one processor, the server's process too.
/// Ours once more with a session from the pool for each read, as a daemon's requests have it:
/// whichever is free, so it stays nowhere.
class Readers {
public:
    explicit Readers(testing::TestDatabase database)
        : test_database_{std::move(database)}, database_{test_database_.engine(), pool_of_eight()} {
        Session session = database_.session();
        ours::create_tables(session);
        ours::fill(session, item_count, std::string(300, 'b'));
    }

    void connect() {
        const DatabaseConfig& config = test_database_.config();
        for (const PeerApi& api : peer_apis()) {
            if (api.backend != config.engine) {
                continue;
            }
            Side& side = sides_.emplace_back(Side{api.name, {}});
            for (int thread = 0; thread < most_threads; ++thread) {
                side.peers.push_back(api.connect(config));
                side.peers.back()->prepare_items();
                pin_server(side.peers.back()->server_process(), thread);
            }
        }
        for (int thread = 0; thread < most_threads; ++thread) {
            held_.push_back(database_.session());
            pin_server(ours::server_process(held_.back(), config), thread);
        }
    }

    void round_held(Collector& collector, int threads) {
        for (Side& side : sides_) {
            add(collector, "", side.name, threads, [&side](std::size_t thread, std::int64_t id) {
                return side.peers[thread]->point_read(id);
            });
        }
        add(collector, "", "ours", threads, [this](std::size_t thread, std::int64_t id) {
            return ours::point_read(held_[thread], id);
        });
    }

    /// After the rounds above: the sessions go back to the pool.
    void give_back() { held_.clear(); }

    void round_from_pool(Collector& collector, int threads) {
        add(collector, "checkout + ", "raw", threads,
            [&raw = sides_.front()](std::size_t thread, std::int64_t id) {
                return raw.peers[thread]->point_read(id);
            });
        add(collector, "checkout + ", "ours", threads, [this](std::size_t, std::int64_t id) {
            Session session = database_.session();
            return ours::point_read(session, id);
        });
    }

private:
    struct Side {
        std::string name;
        std::vector<std::unique_ptr<Peer>> peers;
    };

    static void pin_server(int process, int thread) {
        if (process != 0) {
            pin_process(process, thread);
        }
    }

    template <class Read>
    void add(Collector& collector, const char* before, const std::string& side, int threads,
             const Read& read) {
        const std::string row = before + std::string{"point read, "} + std::to_string(threads) +
                                (threads == 1 ? " thread" : " threads");
        collector.add(row, test_database_.config().engine, side, reads(threads, read));
    }

    template <class Read>
    static double reads(int threads, const Read& read) {
        return microseconds_each(threads, round_length,
                                 [&read](int thread, const std::atomic<bool>& stop) {
                                     pin_process(0, thread);
                                     std::int64_t done = 0;
                                     std::int64_t key = thread;
                                     for (std::size_t seen = 1; !stop && seen != 0; ++done) {
                                         key = (key + 61'803) % item_count;
                                         seen = read(static_cast<std::size_t>(thread), key);
                                     }
                                     return done;
                                 });
    }

    testing::TestDatabase test_database_;
    Database database_;
    std::vector<Side> sides_;
    std::vector<Session> held_;
};

}  // namespace

void measure_threads(Collector& collector, testing::Backend& backend, int rounds) {
    Readers readers{backend.create_database()};
    readers.connect();
    for (int round = 0; round < rounds; ++round) {
        for (const int threads : {1, 2, most_threads}) {
            readers.round_held(collector, threads);
        }
    }
    readers.give_back();
    for (int round = 0; round < rounds; ++round) {
        for (const int threads : {2, most_threads}) {
            readers.round_from_pool(collector, threads);
        }
    }
}

}  // namespace enginebay::bench
