// SPDX-License-Identifier: BSL-1.0
#include "contenders.hpp"

#include "processor.hpp"

#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <tuple>
#include <vector>

#if defined(ENGINEBAY_BENCH_POSTGRESQL)
#include <libpq-fe.h>
#endif

namespace enginebay::bench {

// Where the struct is, or it is not found.
constexpr auto fields(const BulkRow* /*tag*/) {
    return std::tuple{field("id", &BulkRow::id), field("name", &BulkRow::name),
                      field("amount", &BulkRow::amount), field("body", &BulkRow::body)};
}

namespace {

struct Item {
    std::int64_t id{0};
    std::string_view name;
    std::int64_t amount{0};
    std::string_view body;
};

constexpr auto fields(const Item* /*tag*/) {
    return std::tuple{field("id", &Item::id), field("name", &Item::name),
                      field("amount", &Item::amount), field("body", &Item::body)};
}

const std::string body(300, 'b');

using BulkRowOwned = std::tuple<std::int64_t, std::string, std::int64_t, std::string>;

/// Every key once before one comes again, in an order that no cache likes.
class Keys {
public:
    std::int64_t next() { return at_ = (at_ + 61'803) % item_count; }

private:
    std::int64_t at_{0};
};

std::size_t read_one(Session& session, std::int64_t id) {
    std::size_t seen = 0;
    for (const auto& [key, name, amount, text] :
         session.query<std::int64_t, std::string_view, std::int64_t, std::string_view>(
             "SELECT id, name, amount, body FROM items WHERE id = ?", id)) {
        seen += name.size() + text.size() + static_cast<std::size_t>(key + amount);
    }
    return seen;
}

constexpr std::int64_t together = 100;

std::size_t read_together(Session& session, std::int64_t id) {
    std::vector<BatchResult<std::vector<BulkRowOwned>>> results;
    results.reserve(together);
    Batch batch = session.batch(TransactionMode::read);
    for (std::int64_t i = 0; i < together; ++i) {
        results.push_back(batch.query<std::int64_t, std::string, std::int64_t, std::string>(
            "SELECT id, name, amount, body FROM items WHERE id = ?", (id + i) % item_count));
    }
    batch.run();
    std::size_t seen = 0;
    for (const auto& result : results) {
        for (const auto& [key, name, amount, text] : result.get()) {
            seen += name.size() + text.size() + static_cast<std::size_t>(key + amount);
        }
    }
    return seen;
}

std::size_t scan(Session& session) {
    std::size_t seen = 0;
    for (const auto& [key, name, amount, text] :
         session.stream<std::int64_t, std::string_view, std::int64_t, std::string_view>(
             "SELECT id, name, amount, body FROM items")) {
        seen += name.size() + text.size() + static_cast<std::size_t>(key + amount);
    }
    return seen;
}

std::vector<BulkRow> make_bulk_rows() {
    std::vector<BulkRow> rows;
    for (std::int64_t id = 0; id < bulk_count; ++id) {
        rows.push_back({id, "a name of usual length", id, body});
    }
    return rows;
}

void move_server_side([[maybe_unused]] Session& session) {
#if defined(ENGINEBAY_BENCH_POSTGRESQL)
    if (auto* connection = static_cast<PGconn*>(session.connection().extension("PGconn"))) {
        pin_process(PQbackendPID(connection));
    }
#endif
}

void add_row(const std::string& row, const std::function<std::size_t(std::int64_t)>& work) {
    benchmark::RegisterBenchmark(row.c_str(), [work](benchmark::State& state) {
        Keys keys;
        for ([[maybe_unused]] auto round : state) {
            benchmark::DoNotOptimize(work(keys.next()));
        }
    })->UseRealTime();
}

void add_bulk_row(const std::string& row, Raw& raw, const std::function<void()>& insert) {
    benchmark::RegisterBenchmark(row.c_str(), [&raw, insert](benchmark::State& state) {
        for ([[maybe_unused]] auto round : state) {
            state.PauseTiming();
            raw.empty_bulk();
            state.ResumeTiming();
            insert();
        }
    })->UseRealTime();
}

}  // namespace

Contenders::Contenders(testing::Backend& backend, const RawApi& api)
    : name_{backend.name()},
      test_database_{backend.create_database()},
      database_{test_database_.engine(), PoolConfig{}},
      rows_{make_bulk_rows()} {
    session_ = std::make_unique<Session>(database_.session());
    move_server_side(*session_);
    fill();
    {
        Session spare = database_.session();  // the one that checkouts will be given
        move_server_side(spare);
    }
    raw_ = api.connect(test_database_.config());
    raw_->prepare_items();
}

void Contenders::fill() {
    session_->execute(create_sql);
    session_->execute(create_bulk_sql);
    Transaction transaction = session_->transaction(TransactionMode::write);
    for (std::int64_t id = 0; id < item_count; ++id) {
        const std::string name = "item number " + std::to_string(id);
        session_->execute("INSERT INTO items (id, name, amount, body) VALUES (?, ?, ?, ?)", id,
                          name, id, body);
    }
    transaction.commit();
    session_->execute("ANALYZE items");
}

void Contenders::register_rows() {
    add_row("point read/" + name_ + "/raw",
            [this](std::int64_t id) { return raw_->point_read(id); });
    add_row("point read/" + name_ + "/ours",
            [this](std::int64_t id) { return read_one(*session_, id); });
    add_row("100 reads together/" + name_ + "/raw", [this](std::int64_t id) {
        std::size_t seen = 0;
        for (std::int64_t i = 0; i < together; ++i) {
            seen += raw_->point_read((id + i) % item_count);
        }
        return seen;
    });
    add_row("100 reads together/" + name_ + "/ours",
            [this](std::int64_t id) { return read_together(*session_, id); });
    add_row("checkout + point read/" + name_ + "/raw",
            [this](std::int64_t id) { return raw_->point_read(id); });
    add_row("checkout + point read/" + name_ + "/ours", [this](std::int64_t id) {
        Session session = database_.session();
        return read_one(session, id);
    });
    add_row("upsert/" + name_ + "/raw", [this](std::int64_t id) {
        raw_->upsert(id, "a new name", body);
        return std::size_t{0};
    });
    add_row("upsert/" + name_ + "/ours", [this](std::int64_t id) {
        session_->upsert("items", {"id"}, Item{id, "a new name", id, body});
        return std::size_t{0};
    });
    add_row("scan/" + name_ + "/raw", [this](std::int64_t) { return raw_->scan(); });
    add_row("scan/" + name_ + "/ours", [this](std::int64_t) { return scan(*session_); });
    add_bulk_row("bulk insert/" + name_ + "/raw", *raw_, [this] { raw_->bulk_insert(rows_); });
    add_bulk_row("bulk insert/" + name_ + "/ours", *raw_,
                 [this] { session_->copy_in("bulk_items", rows_); });
}

}  // namespace enginebay::bench
