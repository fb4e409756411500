// SPDX-License-Identifier: BSL-1.0
// SOCI: statements prepared once and run again, rows of a scan into variables, rows in bulk bound
// as vectors: its fastest ways on both backends.
#include "peers.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <optional>
#include <stdexcept>

namespace enginebay::bench {
namespace {

class SociPeer : public Peer {
public:
    SociPeer(const soci::backend_factory& factory, const std::string& where)
        : session_{factory, where} {}

    void prepare_items() override {
        using soci::into;
        using soci::use;
        read_.emplace(
            (session_.prepare << "SELECT id, name, amount, body FROM items WHERE id = :id",
             into(id_), into(name_), into(amount_), into(body_), use(key_)));
        scan_.emplace((session_.prepare << "SELECT id, name, amount, body FROM items", into(id_),
                       into(name_), into(amount_), into(body_)));
        write_.emplace((session_.prepare << "INSERT INTO items (id, name, amount, body) VALUES "
                                            "(:id, :name, :amount, :body) ON CONFLICT (id) DO "
                                            "UPDATE SET name = excluded.name, amount = "
                                            "excluded.amount, body = excluded.body",
                        use(key_), use(new_name_), use(amount_), use(new_body_)));
        update_.emplace((session_.prepare << "UPDATE items SET amount = :amount WHERE id = :id",
                         use(amount_), use(key_)));
    }

    std::size_t point_read(std::int64_t id) override {
        key_ = id;
        const std::size_t read = rows_of(*read_);
        if (read == 0) {
            throw std::runtime_error{"a row is missing"};
        }
        return read;
    }

    void upsert(std::int64_t id, std::string_view name, std::string_view body) override {
        key_ = id;
        amount_ = id;
        new_name_ = name;
        new_body_ = body;
        write_->execute(true);
    }

    std::size_t transact(std::int64_t id) override {
        session_.begin();
        const std::size_t read = point_read(id);
        ++amount_;
        update_->execute(true);
        session_.commit();
        return read;
    }

    std::size_t scan() override { return rows_of(*scan_); }

    void bulk_insert(std::span<const BulkRow> rows) override {
        if (ids_.size() != rows.size()) {
            for (const BulkRow& row : rows) {
                ids_.push_back(row.id);
                names_.emplace_back(row.name);
                amounts_.push_back(row.amount);
                bodies_.emplace_back(row.body);
            }
        }
        session_.begin();
        soci::statement insert =
            (session_.prepare << "INSERT INTO bulk_items (id, name, amount, body) VALUES (:id, "
                                 ":name, :amount, :body)",
             soci::use(ids_), soci::use(names_), soci::use(amounts_), soci::use(bodies_));
        insert.execute(true);
        session_.commit();
    }

protected:
    soci::session& session() { return session_; }

private:
    /// To the end, so that no statement is left open.
    std::size_t rows_of(soci::statement& statement) {
        std::size_t seen = 0;
        statement.execute();
        while (statement.fetch()) {
            seen += name_.size() + body_.size() + static_cast<std::size_t>(id_ + amount_);
        }
        return seen;
    }

    soci::session session_;
    std::optional<soci::statement> read_;
    std::optional<soci::statement> scan_;
    std::optional<soci::statement> write_;
    std::optional<soci::statement> update_;
    // What the statements are bound to.
    long long key_{0};
    long long id_{0};
    std::string name_;
    long long amount_{0};
    std::string body_;
    std::string new_name_;
    std::string new_body_;
    // Rows in bulk as it takes them; filled once, since others take them as they come.
    std::vector<long long> ids_;
    std::vector<std::string> names_;
    std::vector<long long> amounts_;
    std::vector<std::string> bodies_;
};

class SociSqlite final : public SociPeer {
public:
    explicit SociSqlite(const std::string& path) : SociPeer{soci::sqlite3, "db=" + path} {
        for (const char* pragma : sqlite_settings) {
            session() << pragma;
        }
    }
    std::size_t read_many(std::int64_t first, std::int64_t count) override {
        session().begin();
        const std::size_t seen = Peer::read_many(first, count);
        session().commit();
        return seen;
    }
};

class SociPostgresql final : public SociPeer {
public:
    explicit SociPostgresql(const DatabaseConfig& config)
        : SociPeer{soci::postgresql, conninfo(config)} {}

    int server_process() override {
        int process = 0;
        session() << "SELECT pg_backend_pid()", soci::into(process);
        return process;
    }
};

}  // namespace

std::unique_ptr<Peer> connect_soci_sqlite(const DatabaseConfig& config) {
    return std::make_unique<SociSqlite>(config.path);
}

std::unique_ptr<Peer> connect_soci_postgresql(const DatabaseConfig& config) {
    return std::make_unique<SociPostgresql>(config);
}

}  // namespace enginebay::bench
