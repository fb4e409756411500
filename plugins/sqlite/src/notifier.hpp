// SPDX-License-Identifier: BSL-1.0
// Notifier: notifications as rows of a table, so that they are a part of the transaction that sends
// them and reach every process.
// Threads: one thread at a time, except cancel().  Ownership: part of one connection.
//
// Who listens looks at `PRAGMA data_version`, which tells that some other connection has committed,
// and then at the table. Within this process a bell makes it look at once.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/notifications.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <set>
#include <string>

struct sqlite3;

namespace enginebay::sqlite {

class Notifier final : public NotifyExtension {
public:
    Notifier(Connection& connection, sqlite3* db) noexcept : connection_{connection}, db_{db} {}

    void listen(std::string_view channel) override;
    void unlisten(std::string_view channel) override;
    void notify(std::string_view channel, std::string_view payload) override;
    std::optional<Notification> wait(std::chrono::milliseconds timeout) override;

    /// A transaction was committed: what it sent is there for everybody.
    void committed() noexcept;
    void rolled_back() noexcept { sent_ = false; }
    void cancel() noexcept;
    void forget() noexcept;

private:
    void require_no_transaction(std::string_view doing) const;
    [[nodiscard]] bool table_is_there();
    void store(std::string_view channel, std::string_view payload);
    std::int64_t newest();
    void look();
    std::optional<Notification> take();

    Connection& connection_;
    sqlite3* db_;
    std::set<std::string, std::less<>> channels_;
    std::deque<Notification> received_;
    std::int64_t seen_{0};          ///< the last row that was looked at
    std::int64_t data_version_{0};  ///< as of the last look; 0: none yet
    bool sent_{false};              ///< by the open transaction
    std::atomic<bool> waiting_{false};
    std::atomic<bool> cancelled_{false};
};

}  // namespace enginebay::sqlite
