// SPDX-License-Identifier: BSL-1.0
#include "many_threads.hpp"

#include "ours.hpp"
#include "peer.hpp"
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

/// A connection for each thread on their side; ours take theirs from the pool for each read, as a
/// daemon's requests do.
class Readers {
public:
    explicit Readers(testing::TestDatabase database)
        : test_database_{std::move(database)}, database_{test_database_.engine(), pool_of_eight()} {
        Session session = database_.session();
        ours::create_tables(session);
        ours::fill(session, item_count, std::string(300, 'b'));
    }

    void connect() {
        for (const PeerApi& api : peer_apis()) {
            if (api.backend != test_database_.config().engine) {
                continue;
            }
            Side& side = sides_.emplace_back(Side{api.name, {}});
            for (int thread = 0; thread < most_threads; ++thread) {
                side.peers.push_back(api.connect(test_database_.config()));
                side.peers.back()->prepare_items();
            }
        }
    }

    void round(Collector& collector, int threads) {
        const std::string row =
            "point read, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
        const std::string& backend = test_database_.config().engine;
        for (Side& side : sides_) {
            collector.add(row, backend, side.name,
                          reads(threads, [&side](int thread, std::int64_t id) {
                              return side.peers[static_cast<std::size_t>(thread)]->point_read(id);
                          }));
        }
        collector.add(row, backend, "ours", reads(threads, [this](int, std::int64_t id) {
                          Session session = database_.session();
                          return ours::point_read(session, id);
                      }));
    }

private:
    struct Side {
        std::string name;
        std::vector<std::unique_ptr<Peer>> peers;
    };

    template <class Read>
    static double reads(int threads, const Read& read) {
        return microseconds_each(threads, round_length,
                                 [&read](int thread, const std::atomic<bool>& stop) {
                                     std::int64_t done = 0;
                                     std::int64_t key = thread;
                                     for (std::size_t seen = 1; !stop && seen != 0; ++done) {
                                         key = (key + 61'803) % item_count;
                                         seen = read(thread, key);
                                     }
                                     return done;
                                 });
    }

    testing::TestDatabase test_database_;
    Database database_;
    std::vector<Side> sides_;
};

}  // namespace

void measure_threads(Collector& collector, testing::Backend& backend, int rounds) {
    Readers readers{backend.create_database()};
    readers.connect();
    for (int round = 0; round < rounds; ++round) {
        for (const int threads : {1, 2, most_threads}) {
            readers.round(collector, threads);
        }
    }
}

}  // namespace enginebay::bench
