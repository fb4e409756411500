// SPDX-License-Identifier: BSL-1.0
// Session: a connection on loan from the pool, with typed statements and transactions.
// Threads: one thread at a time; cancel() any thread.  Ownership: moves only; its destructor gives
// the connection back clean (open ranges closed, an open transaction rolled back). Ranges, scopes
// and views taken from a session must not outlive it.
#pragma once

#include <enginebay/batch.hpp>
#include <enginebay/bulk.hpp>
#include <enginebay/codec.hpp>
#include <enginebay/connection.hpp>
#include <enginebay/dialect.hpp>
#include <enginebay/export.hpp>
#include <enginebay/observer.hpp>
#include <enginebay/rows.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enginebay {

class Pool;
struct PooledConnection;
class Session;

/// A transaction that is rolled back unless commit() was reached.
class [[nodiscard]] ENGINEBAY_API Transaction {
public:
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();
    void rollback() noexcept;

private:
    friend class Session;
    Transaction(Session& session, TransactionMode mode);
    Session* session_;
};

/// Part of a transaction that can be undone alone; undone unless release() was reached.
class [[nodiscard]] ENGINEBAY_API Savepoint {
public:
    Savepoint(const Savepoint&) = delete;
    Savepoint& operator=(const Savepoint&) = delete;
    ~Savepoint();
    void release();
    void rollback();

private:
    friend class Session;
    Savepoint(Session& session, std::uint32_t depth);
    Session* session_;
    std::uint32_t depth_;
};

class ENGINEBAY_API Session {
public:
    Session(Session&& other) noexcept;
    Session& operator=(Session&& other) noexcept;
    ~Session();

    /// Runs one statement, `?` for each argument; the number of rows changed.
    template <class... Args>
    std::int64_t execute(std::string_view sql, const Args&... args) {
        const auto parameters = encode_all(std::index_sequence_for<Args...>{}, args...);
        return execute_encoded(sql, parameters);
    }

    /// The rows as scalars, tuples or described structs. Ends with the range; one range at a time.
    /// Not on a temporary session: the range would outlive it.
    template <class... T, class... Args>
    Rows<T...> query(std::string_view sql, const Args&... args) & {
        const auto parameters = encode_all(std::index_sequence_for<Args...>{}, args...);
        return Rows<T...>{query_encoded(sql, parameters)};
    }

    /// The same rows in flat memory, however many: fetched while they are read. Costs a little more
    /// than query() for a few rows, less for thousands. Leaving the range early cancels the query;
    /// inside a transaction the rest is read instead, for a cancel would abort the transaction.
    template <class... T, class... Args>
    Rows<T...> stream(std::string_view sql, const Args&... args) & {
        const auto parameters = encode_all(std::index_sequence_for<Args...>{}, args...);
        return Rows<T...>{stream_encoded(sql, parameters)};
    }

    /// All rows in memory: for results known to be small. Owned values only, no views.
    template <class... T, class... Args>
    std::vector<typename Rows<T...>::Row> query_all(std::string_view sql, const Args&... args) {
        static_assert((!detail::is_view<T> && ...), "what it points at would be gone");
        std::vector<typename Rows<T...>::Row> all;
        auto rows = query<T...>(sql, args...);
        for (auto it = rows.begin(); it != rows.end(); ++it) {
            all.push_back(*it);
        }
        return all;
    }

    /// The only row, or nothing. Throws Errc::statement for more than one.
    /// A view in the row would dangle: ask for std::string, not std::string_view.
    template <class... T, class... Args>
    std::optional<typename Rows<T...>::Row> query_optional(std::string_view sql,
                                                           const Args&... args) {
        static_assert((!detail::is_view<T> && ...), "what it points at would be gone");
        auto rows = query<T...>(sql, args...);
        auto it = rows.begin();
        if (it == rows.end()) {
            return std::nullopt;
        }
        std::optional<typename Rows<T...>::Row> row{*it};
        ++it;
        if (it != rows.end()) {
            detail::throw_row_count(true);
        }
        return row;
    }

    /// The only row. Throws Errc::statement for none and for more than one.
    template <class... T, class... Args>
    typename Rows<T...>::Row query_one(std::string_view sql, const Args&... args) {
        auto row = query_optional<T...>(sql, args...);
        if (!row) {
            detail::throw_row_count(false);
        }
        return *std::move(row);
    }

    /// Inserts the row, or sets its columns outside `key` where the key exists: one statement.
    template <Described Row>
    void upsert(std::string_view table, std::initializer_list<std::string_view> key,
                const Row& row) {
        static constexpr auto columns = detail::column_names<Row>();
        const auto parameters = detail::encode_row(row);
        execute_encoded(upsert_sql(table, {key.begin(), key.size()}, columns), parameters);
    }

    /// Adds many rows at once, the fastest way the backend has; how many they were. `rows` is a
    /// range, or a callable that gives std::optional<Row> until it is empty; it must not use this
    /// session. All or nothing: inside a transaction as a part of it, else in one of its own. A row
    /// that is refused is named by its number, 1 for the first.
    /// Rows are described structs, whose fields() name the columns ...
    template <class Rows>
        requires Described<typename detail::Feed<Rows>::Row>
    std::int64_t copy_in(std::string_view table, Rows&& rows, const BulkOptions& options = {}) {
        static constexpr auto columns = detail::column_names<typename detail::Feed<Rows>::Row>();
        detail::Feed<Rows> feed{rows, columns};
        return load({table, {}, columns}, feed, options);
    }
    /// ... or tuples, pairs and arrays, a value for each column named here.
    template <class Rows>
        requires detail::TupleRow<typename detail::Feed<Rows>::Row>
    std::int64_t copy_in(std::string_view table, std::span<const std::string_view> columns,
                         Rows&& rows, const BulkOptions& options = {}) {
        return load_tuples({table, {}, columns}, rows, options);
    }
    template <class Rows>
        requires detail::TupleRow<typename detail::Feed<Rows>::Row>
    std::int64_t copy_in(std::string_view table, std::initializer_list<std::string_view> columns,
                         Rows&& rows, const BulkOptions& options = {}) {
        return load_tuples({table, {}, {columns.begin(), columns.size()}}, rows, options);
    }

    /// copy_in() for rows whose key may exist: those are set instead. Of several rows with one key
    /// the last one counts.
    template <class Rows>
        requires Described<typename detail::Feed<Rows>::Row>
    std::int64_t upsert_all(std::string_view table, std::initializer_list<std::string_view> key,
                            Rows&& rows, const BulkOptions& options = {}) {
        static constexpr auto columns = detail::column_names<typename detail::Feed<Rows>::Row>();
        detail::Feed<Rows> feed{rows, columns};
        return load({table, {key.begin(), key.size()}, columns}, feed, options);
    }
    template <class Rows>
        requires detail::TupleRow<typename detail::Feed<Rows>::Row>
    std::int64_t upsert_all(std::string_view table, std::initializer_list<std::string_view> key,
                            std::initializer_list<std::string_view> columns, Rows&& rows,
                            const BulkOptions& options = {}) {
        return load_tuples({table, {key.begin(), key.size()}, {columns.begin(), columns.size()}},
                           rows, options);
    }

    /// Statements to be collected and run in one round trip; see batch.hpp.
    [[nodiscard]] Batch batch(TransactionMode mode = TransactionMode::write) &;

    /// A transaction in this session. Throws Errc::usage inside another one.
    Transaction transaction(TransactionMode mode) &;
    /// Throws Errc::usage outside a transaction.
    Savepoint savepoint() &;
    [[nodiscard]] bool in_transaction() const noexcept;

    /// From here to the end of the session a stop request cancels the running statement, and later
    /// ones throw Errc::cancelled.
    void stop_with(std::stop_token token);
    /// Cancels what runs now. From any thread while the session lives.
    void cancel() noexcept;

    /// What holds it shows in the pool's report ("checkpoint loop").
    void label(std::string_view what);

    [[nodiscard]] Connection& connection() noexcept;
    [[nodiscard]] const Dialect& dialect() const noexcept;

    /// The untyped entrances: parameters already encoded.
    std::int64_t execute_encoded(std::string_view sql, std::span<const ValueView> parameters);
    Cursor& query_encoded(std::string_view sql, std::span<const ValueView> parameters);
    Cursor& stream_encoded(std::string_view sql, std::span<const ValueView> parameters);

private:
    friend class Batch;
    friend class Database;
    friend class Transaction;
    friend class Savepoint;
    Session(std::shared_ptr<Pool> pool, std::unique_ptr<PooledConnection> connection) noexcept;

    template <std::size_t... I, class... Args>
    static std::array<ValueView, sizeof...(Args)> encode_all(std::index_sequence<I...> /*places*/,
                                                             const Args&... args) {
        return {encode(args, Place{I, {}})...};
    }

    std::string_view upsert_sql(std::string_view table, std::span<const std::string_view> key,
                                std::span<const std::string_view> columns);
    template <class Rows>
    std::int64_t load_tuples(const detail::BulkTarget& target, Rows& rows,
                             const BulkOptions& options) {
        constexpr std::size_t width = detail::row_width<typename detail::Feed<Rows>::Row>();
        if (target.columns.size() != width) {
            detail::throw_bulk_width(target.table, target.columns.size(), width);
        }
        detail::Feed<Rows> feed{rows, target.columns};
        return load(target, feed, options);
    }
    std::int64_t load(const detail::BulkTarget& target, detail::RowFeed& rows,
                      const BulkOptions& options);
    using BatchSlots = std::span<const std::shared_ptr<detail::BatchSlot>>;
    void run_batch(TransactionMode mode, std::span<const BatchStatement> statements,
                   BatchSlots slots, BatchSink& sink);
    void run_one_by_one(TransactionMode mode, std::span<const BatchStatement> statements,
                        BatchSlots slots, BatchSink& sink);
    void check_stop();
    void give_back() noexcept;
    // Tell the observer, where there is one.
    template <class Fn>
    auto watched(StatementKind kind, Fn&& fn);
    template <class Fn>
    auto watched(std::string_view sql, Fn&& fn);
    template <class Fn>
    Cursor& watched_rows(std::string_view sql, Fn&& fn);

    using StopCallback = std::stop_callback<std::function<void()>>;
    std::shared_ptr<Pool> pool_;
    std::unique_ptr<PooledConnection> slot_;
    std::stop_token stop_;
    std::unique_ptr<StopCallback> on_stop_;
};

template <Described Row>
BatchResult<std::int64_t> Batch::upsert(std::string_view table,
                                        std::initializer_list<std::string_view> key,
                                        const Row& row) {
    static constexpr auto columns = detail::column_names<Row>();
    const auto parameters = detail::encode_row(row);
    return add_count(session_->upsert_sql(table, {key.begin(), key.size()}, columns), parameters);
}

}  // namespace enginebay
