// SPDX-License-Identifier: BSL-1.0
// Poco::Data: its Statement used again and again, which keeps what was prepared (preparing it anew
// each time, as most Poco code does, is two to five times slower). Rows of a scan come one by one
// into variables: the fastest of its three ways. Rows in bulk are bound as vectors.
#pragma once

#include "peer.hpp"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <optional>

namespace enginebay::bench {

class PocoPeer : public Peer {
public:
    PocoPeer(const std::string& connector, const std::string& where);

    void prepare_items() override;
    std::size_t point_read(std::int64_t id) override;
    void upsert(std::int64_t id, std::string_view name, std::string_view body) override;
    std::size_t transact(std::int64_t id) override;
    std::size_t scan() override;
    void bulk_insert(std::span<const BulkRow> rows) override;

protected:
    Poco::Data::Session& session() { return session_; }

private:
    [[nodiscard]] std::size_t seen() const {
        return name_.size() + body_.size() + static_cast<std::size_t>(id_ + amount_);
    }

    Poco::Data::Session session_;
    std::optional<Poco::Data::Statement> read_;
    std::optional<Poco::Data::Statement> write_;
    std::optional<Poco::Data::Statement> update_;
    // What the statements are bound to.
    std::int64_t key_{0};
    std::int64_t id_{0};
    std::string name_;
    std::int64_t amount_{0};
    std::string body_;
    std::string new_name_;
    std::string new_body_;
    // Rows in bulk as it takes them; filled once, since others take them as they come.
    std::vector<std::int64_t> ids_;
    std::vector<std::string> names_;
    std::vector<std::int64_t> amounts_;
    std::vector<std::string> bodies_;
};

}  // namespace enginebay::bench
