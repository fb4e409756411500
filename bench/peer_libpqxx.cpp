// SPDX-License-Identifier: BSL-1.0
// libpqxx: prepared statements, rows in bulk through its stream_to, which is COPY in text. Its
// pipeline takes statements without parameters only, so reads go one by one.
#include "peers.hpp"

#include <pqxx/pqxx>

#include <cstdlib>
#include <stdexcept>
#include <tuple>

namespace enginebay::bench {
namespace {

class LibpqxxPeer final : public Peer {
public:
    explicit LibpqxxPeer(const DatabaseConfig& config) : connection_{conninfo(config)} {}

    void prepare_items() override {
        connection_.prepare("read", "SELECT id, name, amount, body FROM items WHERE id = $1");
        connection_.prepare("scan", "SELECT id, name, amount, body FROM items");
        connection_.prepare("write",
                            "INSERT INTO items (id, name, amount, body) VALUES ($1, $2, $3, $4) ON "
                            "CONFLICT (id) DO UPDATE SET name = excluded.name, amount = "
                            "excluded.amount, body = excluded.body");
        connection_.prepare("update", "UPDATE items SET amount = $1 WHERE id = $2");
    }

    std::size_t point_read(std::int64_t id) override {
        pqxx::nontransaction no_transaction{connection_};
        return read(no_transaction, id).first;
    }

    void upsert(std::int64_t id, std::string_view name, std::string_view body) override {
        pqxx::nontransaction no_transaction{connection_};
        no_transaction.exec_prepared0("write", id, name.data(), id, body.data());
    }

    std::size_t transact(std::int64_t id) override {
        pqxx::work work{connection_};
        const auto [seen, amount] = read(work, id);
        work.exec_prepared0("update", amount + 1, id);
        work.commit();
        return seen;
    }

    std::size_t scan() override {
        pqxx::nontransaction no_transaction{connection_};
        std::size_t seen = 0;
        for (const pqxx::row& row : no_transaction.exec_prepared("scan")) {
            seen += seen_in(row);
        }
        return seen;
    }

    void bulk_insert(std::span<const BulkRow> rows) override {
        if (rows_.size() != rows.size()) {
            for (const BulkRow& row : rows) {
                rows_.emplace_back(row.id, row.name, row.amount, row.body);
            }
        }
        pqxx::work work{connection_};
        pqxx::stream_to stream{work, "bulk_items",
                               std::vector<std::string>{"id", "name", "amount", "body"}};
        for (const auto& row : rows_) {
            stream << row;
        }
        stream.complete();
        work.commit();
    }

    int server_process() override { return connection_.backendpid(); }

private:
    static std::size_t seen_in(const pqxx::row& row) {
        return static_cast<std::size_t>(row[0].as<std::int64_t>() + row[2].as<std::int64_t>()) +
               row[1].size() + row[3].size();
    }
    static std::pair<std::size_t, std::int64_t> read(pqxx::transaction_base& transaction,
                                                     std::int64_t id) {
        const pqxx::row row = transaction.exec_prepared1("read", id);
        return {seen_in(row), row[2].as<std::int64_t>()};
    }

    pqxx::connection connection_;
    // Rows in bulk as it takes them; filled once, since others take them as they come.
    std::vector<std::tuple<std::int64_t, std::string, std::int64_t, std::string>> rows_;
};

}  // namespace

std::unique_ptr<Peer> connect_libpqxx(const DatabaseConfig& config) {
    return std::make_unique<LibpqxxPeer>(config);
}

}  // namespace enginebay::bench
