// SPDX-License-Identifier: BSL-1.0
// CountingConnection: passes everything on to a real connection and remembers the statements.
// Threads: one.  Ownership: owns the connection behind it.
#pragma once

#include <enginebay/connection.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enginebay::testing {

class CountingConnection final : public Connection {
public:
    explicit CountingConnection(std::unique_ptr<Connection> real) : real_{std::move(real)} {}

    [[nodiscard]] const std::vector<std::string>& statements() const { return statements_; }

    Cursor& query(std::string_view sql, std::span<const ValueView> parameters) override {
        statements_.emplace_back(sql);
        return real_->query(sql, parameters);
    }
    std::int64_t execute(std::string_view sql, std::span<const ValueView> parameters) override {
        statements_.emplace_back(sql);
        return real_->execute(sql, parameters);
    }
    void begin(TransactionMode mode) override {
        statements_.emplace_back("BEGIN");
        real_->begin(mode);
    }
    void commit() override {
        statements_.emplace_back("COMMIT");
        real_->commit();
    }
    void rollback() noexcept override { real_->rollback(); }
    [[nodiscard]] bool in_transaction() const noexcept override { return real_->in_transaction(); }
    bool alive() noexcept override { return real_->alive(); }
    void reset() override { real_->reset(); }
    void cancel() noexcept override { real_->cancel(); }
    void* extension(std::string_view name) noexcept override { return real_->extension(name); }

private:
    std::unique_ptr<Connection> real_;
    std::vector<std::string> statements_;
};

}  // namespace enginebay::testing
