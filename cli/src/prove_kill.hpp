// SPDX-License-Identifier: BSL-1.0
// CallConnection: passes everything on, counts what reaches the database, and can end the process
// before or after one of these calls.
// Threads: one.  Ownership: owns the connection behind it.
#pragma once

#include <enginebay/connection.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace enginebay::cli {

class CallConnection final : public Connection {
public:
    /// Call number `fatal`, from 1, is not made any more; 0: all are.
    explicit CallConnection(std::unique_ptr<Connection> real, std::size_t fatal = 0)
        : real_{std::move(real)}, fatal_{fatal} {}

    [[nodiscard]] std::size_t calls() const noexcept { return calls_; }

    Cursor& query(std::string_view sql, std::span<const ValueView> parameters) override {
        return real_->query(sql, parameters);
    }
    std::int64_t execute(std::string_view sql, std::span<const ValueView> parameters) override {
        count();
        return real_->execute(sql, parameters);
    }
    void begin(TransactionMode mode) override { real_->begin(mode); }
    void commit() override {
        count();
        real_->commit();
        count();  // what is committed stays
    }
    void rollback() noexcept override { real_->rollback(); }
    [[nodiscard]] bool in_transaction() const noexcept override { return real_->in_transaction(); }
    bool alive() noexcept override { return real_->alive(); }
    void reset() override { real_->reset(); }
    void cancel() noexcept override { real_->cancel(); }
    void* extension(std::string_view name) noexcept override { return real_->extension(name); }

private:
    void count();

    std::unique_ptr<Connection> real_;
    std::size_t fatal_;
    std::size_t calls_{0};
};

}  // namespace enginebay::cli
