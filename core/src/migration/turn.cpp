// SPDX-License-Identifier: BSL-1.0
// Transactions and waiting of the runner.
#include "migration/turn.hpp"

#include <algorithm>
#include <thread>

namespace enginebay::migration {
namespace {

constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds longest_pause{500};

}  // namespace

WriteTransaction::WriteTransaction(Connection& connection) : connection_{connection} {
    connection_.begin(TransactionMode::write);
}

WriteTransaction::~WriteTransaction() {
    if (open_) {
        connection_.rollback();
    }
}

void WriteTransaction::commit() {
    connection_.commit();  // a failed one may leave the transaction open: then it is rolled back
    open_ = false;
}

Prepared::Prepared(Migrator& migrator, Connection& connection,
                   std::span<const Operation> operations)
    : migrator_{migrator}, connection_{connection} {
    try {
        migrator_.prepare(connection_, operations);
    } catch (...) {
        migrator_.restore(connection_);
        throw;
    }
}

Prepared::~Prepared() { migrator_.restore(connection_); }

Held::Held(Migrator& migrator, Connection& connection)
    : migrator_{migrator}, connection_{connection} {
    if (!migrator_.try_hold(connection_)) {
        throw Error{Errc::busy, "another program is migrating the database"};
    }
}

Held::~Held() { migrator_.release(connection_); }

std::chrono::microseconds since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                 start);
}

void Patience::renew() {
    pause_ = first_pause;
    until_ = std::chrono::steady_clock::now() + limit_;
}

void Patience::wait(const std::string& reason, const std::string& location) {
    const auto left = until_ - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds::zero()) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit_).count();
        throw Error{Errc::busy, "gave up migrating " + location + " after waiting " +
                                    std::to_string(seconds) + " s: " + reason +
                                    ". Nothing was changed meanwhile; try again later"};
    }
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(pause_, left));
    pause_ = std::min(pause_ * 2, longest_pause);
}

bool is_passing(const Error& error) noexcept {
    return error.code() == Errc::busy || error.code() == Errc::serialization;
}

}  // namespace enginebay::migration
