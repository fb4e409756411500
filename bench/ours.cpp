// SPDX-License-Identifier: BSL-1.0
#include "ours.hpp"

#include <string>
#include <tuple>

namespace enginebay::bench {

// Where the struct is, or it is not found.
constexpr auto fields(const BulkRow* /*tag*/) {
    return std::tuple{field("id", &BulkRow::id), field("name", &BulkRow::name),
                      field("amount", &BulkRow::amount), field("body", &BulkRow::body)};
}

namespace ours {
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

const std::string new_body(300, 'b');

constexpr const char* read_sql = "SELECT id, name, amount, body FROM items WHERE id = ?";

using OwnedRow = std::tuple<std::int64_t, std::string, std::int64_t, std::string>;

template <class Row>
std::size_t seen_in(const Row& row) {
    const auto& [id, name, amount, body] = row;
    return name.size() + body.size() + static_cast<std::size_t>(id + amount);
}

}  // namespace

std::size_t point_read(Session& session, std::int64_t id) {
    std::size_t seen = 0;
    for (const auto& row :
         session.query<std::int64_t, std::string_view, std::int64_t, std::string_view>(read_sql,
                                                                                       id)) {
        seen += seen_in(row);
    }
    return seen;
}

std::size_t read_many(Session& session, std::int64_t first, std::int64_t count) {
    std::vector<BatchResult<std::vector<OwnedRow>>> results;
    results.reserve(static_cast<std::size_t>(count));
    Batch batch = session.batch(TransactionMode::read);
    for (std::int64_t i = 0; i < count; ++i) {
        results.push_back(batch.query<std::int64_t, std::string, std::int64_t, std::string>(
            read_sql, (first + i) % item_count));
    }
    batch.run();
    std::size_t seen = 0;
    for (const auto& result : results) {
        for (const auto& row : result.get()) {
            seen += seen_in(row);
        }
    }
    return seen;
}

std::size_t read_in_transaction(Session& session, std::int64_t first, std::int64_t count) {
    std::size_t seen = 0;
    Transaction transaction = session.transaction(TransactionMode::read);
    for (std::int64_t i = 0; i < count; ++i) {
        seen += point_read(session, (first + i) % item_count);
    }
    transaction.commit();
    return seen;
}

void upsert(Session& session, std::int64_t id) {
    session.upsert("items", {"id"}, Item{id, "a new name", id, new_body});
}

std::size_t transact(Session& session, std::int64_t id) {
    Transaction transaction = session.transaction(TransactionMode::write);
    const std::size_t seen = point_read(session, id);
    session.execute("UPDATE items SET amount = ? WHERE id = ?", id + 1, id);
    transaction.commit();
    return seen;
}

std::size_t scan(Session& session) {
    std::size_t seen = 0;
    for (const auto& row :
         session.stream<std::int64_t, std::string_view, std::int64_t, std::string_view>(
             "SELECT id, name, amount, body FROM items")) {
        seen += seen_in(row);
    }
    return seen;
}

void bulk_insert(Session& session, const std::vector<BulkRow>& rows) {
    session.copy_in("bulk_items", rows);
}

void create_tables(Session& session) {
    session.execute(create_sql);
    session.execute(create_bulk_sql);
}

void fill(Session& session, std::int64_t rows, std::string_view body) {
    session.execute(
        "WITH RECURSIVE numbers(id) AS (SELECT 0 UNION ALL SELECT id + 1 FROM numbers WHERE id < "
        "?) INSERT INTO items (id, name, amount, body) SELECT id, 'item number ' || id, id, "
        "? FROM numbers",
        rows - 1, body);
    session.execute("ANALYZE items");
}

int server_process(Session& session, const DatabaseConfig& config) {
    return config.path.empty() ? session.query_one<int>("SELECT pg_backend_pid()") : 0;
}

}  // namespace ours
}  // namespace enginebay::bench
