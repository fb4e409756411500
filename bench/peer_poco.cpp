// SPDX-License-Identifier: BSL-1.0
#include "peer_poco.hpp"

#include <Poco/Data/RecordSet.h>

#include <stdexcept>

namespace enginebay::bench {

using Poco::Data::Statement;
using Poco::Data::Keywords::into;
using Poco::Data::Keywords::limit;
using Poco::Data::Keywords::now;
using Poco::Data::Keywords::use;

// SQLite takes $1 for a name of its own, so that both connectors read the same statements.
PocoPeer::PocoPeer(const std::string& connector, const std::string& where)
    : session_{connector, where} {}

void PocoPeer::prepare_items() {
    read_.emplace(session_);
    *read_ << "SELECT id, name, amount, body FROM items WHERE id = $1", into(id_), into(name_),
        into(amount_), into(body_), use(key_);
    write_.emplace(session_);
    *write_
        << "INSERT INTO items (id, name, amount, body) VALUES ($1, $2, $3, $4) ON CONFLICT (id) "
           "DO UPDATE SET name = excluded.name, amount = excluded.amount, body = excluded.body",
        use(key_), use(new_name_), use(amount_), use(new_body_);
    update_.emplace(session_);
    *update_ << "UPDATE items SET amount = $1 WHERE id = $2", use(amount_), use(key_);
}

std::size_t PocoPeer::point_read(std::int64_t id) {
    key_ = id;
    if (read_->execute() != 1) {
        throw std::runtime_error{"a row is missing"};
    }
    return seen();
}

void PocoPeer::upsert(std::int64_t id, std::string_view name, std::string_view body) {
    key_ = id;
    amount_ = id;
    new_name_ = name;
    new_body_ = body;
    write_->execute();
}

std::size_t PocoPeer::transact(std::int64_t id) {
    session_.begin();
    const std::size_t read = point_read(id);
    ++amount_;
    update_->execute();
    session_.commit();
    return read;
}

std::size_t PocoPeer::scan() {
    Statement statement{session_};
    statement << "SELECT id, name, amount, body FROM items", into(id_), into(name_), into(amount_),
        into(body_), limit(1);
    std::size_t all = 0;
    while (!statement.done() && statement.execute() != 0) {
        all += seen();
    }
    return all;
}

void PocoPeer::bulk_insert(std::span<const BulkRow> rows) {
    if (ids_.size() != rows.size()) {
        for (const BulkRow& row : rows) {
            ids_.push_back(row.id);
            names_.emplace_back(row.name);
            amounts_.push_back(row.amount);
            bodies_.emplace_back(row.body);
        }
    }
    session_.begin();
    session_ << "INSERT INTO bulk_items (id, name, amount, body) VALUES ($1, $2, $3, $4)",
        use(ids_), use(names_), use(amounts_), use(bodies_), now;
    session_.commit();
}

}  // namespace enginebay::bench
