// SPDX-License-Identifier: BSL-1.0
#include "contenders.hpp"

#include "processor.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace enginebay::bench {
namespace {

const std::string body(300, 'b');

/// Every key once before one comes again, in an order that no cache likes.
class Keys {
public:
    std::int64_t next() { return at_ = (at_ + 61'803) % item_count; }

private:
    std::int64_t at_{0};
};

std::vector<BulkRow> make_bulk_rows() {
    std::vector<BulkRow> rows;
    for (std::int64_t id = 0; id < bulk_count; ++id) {
        rows.push_back({id, "a name of usual length", id, body});
    }
    return rows;
}

void pin_server(int process) {
    if (process != 0) {
        pin_process(process);
    }
}

void add_row(const std::string& row, Raw& raw, const std::function<void()>& before,
             const std::function<std::size_t(std::int64_t)>& work) {
    benchmark::RegisterBenchmark(row.c_str(), [&raw, before, work](benchmark::State& state) {
        raw.settle();
        Keys keys;
        for ([[maybe_unused]] auto round : state) {
            if (before) {
                state.PauseTiming();
                before();
                state.ResumeTiming();
            }
            benchmark::DoNotOptimize(work(keys.next()));
        }
    })->UseRealTime();
}

}  // namespace

Contenders::Contenders(testing::TestDatabase database, std::string suffix, bool python)
    : suffix_{std::move(suffix)},
      python_wanted_{python},
      test_database_{std::move(database)},
      backend_{test_database_.config().engine},
      database_{test_database_.engine(), PoolConfig{}},
      rows_{make_bulk_rows()} {
    session_ = std::make_unique<Session>(database_.session());
    pin_server(ours::server_process(*session_, test_database_.config()));
    Session spare = database_.session();  // the one that checkouts will be given
    pin_server(ours::server_process(spare, test_database_.config()));
}

void Contenders::fill() {
    ours::create_tables(*session_);
    ours::fill(*session_, item_count, body);
}

void Contenders::connect() {
    for (const PeerApi& api : peer_apis()) {
        if (api.backend != backend_) {
            continue;
        }
        std::unique_ptr<Peer> peer = api.connect(test_database_.config());
        peer->prepare_items();
        pin_server(peer->server_process());
        if (api.name == "raw") {
            caretaker_.reset(dynamic_cast<Raw*>(api.connect(test_database_.config()).release()));
        }
        peers_.emplace_back(api.name, std::move(peer));
    }
    if (const char* sql = caretaker_->leave_it_sql(); sql != nullptr) {
        session_->execute(sql);
    }
    if (python_wanted_) {
        python_ = std::make_unique<PythonPeer>(test_database_);
        for (const int process : python_->server_processes()) {
            pin_server(process);
        }
    }
}

void Contenders::describe(std::vector<Fact>& facts) {
    facts.emplace_back(backend_, database_.engine().server_version(session_->connection()));
    if (python_ && suffix_.empty()) {
        facts.emplace_back("SQLAlchemy", python_->version());
    }
}

void Contenders::add(const Work& work) {
    const std::string row = work.name + suffix_ + "/" + backend_ + "/";
    add_row(row + "ours", *caretaker_, work.before, work.ours);
    for (const auto& [name, peer] : peers_) {
        add_row(
            row + name, *caretaker_, work.before,
            [theirs = work.theirs, &side = *peer](std::int64_t id) { return theirs(side, id); });
    }
    if (python_ && !work.python.empty()) {
        add_python(row + "sqlalchemy", work);
    }
}

void Contenders::add_python(const std::string& row, const Work& work) {
    benchmark::RegisterBenchmark(row.c_str(), [this, work](benchmark::State& state) {
        caretaker_->settle();
        Keys keys;
        while (state.KeepRunningBatch(work.batch)) {
            if (work.before) {
                work.before();
            }
            state.SetIterationTime(python_->run(work.python, work.batch, keys.next()));
        }
    })->UseManualTime();
}

void Contenders::register_rows() {
    register_point_read();
    register_checkout();
    register_together();
    register_in_transaction();
    register_upsert();
    register_transaction();
    register_scan();
    register_bulk();
}

void Contenders::register_round_trips() {
    register_point_read();
    register_together();
    register_transaction();
    register_bulk();
}

void Contenders::register_point_read() {
    add({"point read", [](Peer& peer, std::int64_t id) { return peer.point_read(id); },
         [this](std::int64_t id) { return ours::point_read(*session_, id); }, "point_read"});
}

void Contenders::register_checkout() {
    add({"checkout + point read", [](Peer& peer, std::int64_t id) { return peer.point_read(id); },
         [this](std::int64_t id) {
             Session session = database_.session();
             return ours::point_read(session, id);
         },
         "point_read"});
}

void Contenders::register_together() {
    add({"100 reads together",
         [](Peer& peer, std::int64_t id) { return peer.read_many(id, together); },
         [this](std::int64_t id) { return ours::read_many(*session_, id, together); }, "read_many",
         1});
}

void Contenders::register_in_transaction() {
    add({"100 reads in one transaction",
         [](Peer& peer, std::int64_t id) { return peer.read_many(id, together); },
         [this](std::int64_t id) { return ours::read_in_transaction(*session_, id, together); },
         "read_many", 1});
}

void Contenders::register_upsert() {
    add({"upsert",
         [](Peer& peer, std::int64_t id) {
             peer.upsert(id, "a new name", body);
             return std::size_t{0};
         },
         [this](std::int64_t id) {
             ours::upsert(*session_, id);
             return std::size_t{0};
         },
         "upsert"});
}

void Contenders::register_transaction() {
    add({"transaction", [](Peer& peer, std::int64_t id) { return peer.transact(id); },
         [this](std::int64_t id) { return ours::transact(*session_, id); }, "transact"});
}

void Contenders::register_scan() {
    add({"scan", [](Peer& peer, std::int64_t) { return peer.scan(); },
         [this](std::int64_t) { return ours::scan(*session_); }, "scan", 1});
}

void Contenders::register_bulk() {
    add({"bulk insert",
         [this](Peer& peer, std::int64_t) {
             peer.bulk_insert(rows_);
             return std::size_t{0};
         },
         [this](std::int64_t) {
             ours::bulk_insert(*session_, rows_);
             return std::size_t{0};
         },
         "bulk_insert", 1, [this] { caretaker_->empty_bulk(); }});
}

}  // namespace enginebay::bench
