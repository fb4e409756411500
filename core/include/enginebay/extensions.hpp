// SPDX-License-Identifier: BSL-1.0
// What a connection may offer beside connection.hpp, asked for by name: Connection::extension()
// gives a pointer to one of these, or nullptr, and the core then does the same work statement by
// statement.
// Threads: as the connection's: one thread at a time, except Connection::cancel().  Ownership: an
// extension is a part of its connection.
//
// For an author of a backend:
//   1. Derive from the interface and answer its name in extension() with
//      `static_cast<StreamExtension*>(...)`: the caller casts back from void* to that very type.
//   2. Offer one only where it beats single statements: a backend whose cursors read step by step
//      anyway needs no StreamExtension, one whose cached INSERT is its fastest way no
//      BulkExtension.
//   3. What is true of query() is true of stream(): one open cursor, the same errors, cancel(),
//      in_transaction() answers for the transaction and not for the stream.
//   4. In insert() and upsert() end the transfer before an exception of the source goes on, so that
//      the connection can roll back. While it lasts every other statement is Errc::cursor_open.
//   5. Call RowSource::blame() before throwing for a row that you can name.
//   6. A BatchExtension is for backends whose answers take a round trip. All of a batch or nothing
//      of it stays, and a transaction that was open before is as it was.
//   7. A RowProgressExtension is for backends that can count while a statement runs at no cost that
//      one would notice.
//   8. Run the conformance suite, and tests/core/{bulk,stream,batch}_test.cpp on the backend.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/export.hpp>
#include <enginebay/value.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace enginebay {

/// The names they are asked for by.
inline constexpr std::string_view stream_extension = "stream/1";
inline constexpr std::string_view bulk_extension = "bulk/1";
inline constexpr std::string_view backup_extension = "backup/1";
inline constexpr std::string_view batch_extension = "batch/1";
inline constexpr std::string_view row_progress_extension = "row_progress/1";

/// Queries whose rows come one by one, in flat memory.
class ENGINEBAY_API StreamExtension {
public:
    StreamExtension() = default;
    StreamExtension(const StreamExtension&) = delete;
    StreamExtension& operator=(const StreamExtension&) = delete;
    virtual ~StreamExtension();

    /// As Connection::query(), but rows are fetched while they are read. An early close() outside a
    /// transaction cancels the query; inside one it reads what is left, since a cancel would abort
    /// the transaction.
    virtual Cursor& stream(std::string_view sql, std::span<const ValueView> parameters) = 0;
};

/// Rows on their way into a table. Implemented by the core, used by a BulkExtension.
class ENGINEBAY_API RowSource {
public:
    RowSource() = default;
    RowSource(const RowSource&) = delete;
    RowSource& operator=(const RowSource&) = delete;
    virtual ~RowSource();

    /// The next row's values, one for each column, valid until the next call; nullptr after the
    /// last row. Whatever it throws is not the extension's to handle: let it through.
    virtual const ValueView* next() = 0;
    /// The error about to be thrown is about this row, 1 for the first.
    virtual void blame(std::int64_t row) noexcept = 0;
};

/// Many rows at once, inside the transaction that is open.
class ENGINEBAY_API BulkExtension {
public:
    BulkExtension() = default;
    BulkExtension(const BulkExtension&) = delete;
    BulkExtension& operator=(const BulkExtension&) = delete;
    virtual ~BulkExtension();

    /// Adds all rows to the table; how many they were. Throws Errc::usage outside a transaction.
    /// After any throw the caller rolls back.
    virtual std::int64_t insert(std::string_view table, std::span<const std::string_view> columns,
                                RowSource& rows) = 0;
    /// Adds each row, or sets its columns outside `key` where the key exists. Of several rows with
    /// one key the last one counts.
    virtual std::int64_t upsert(std::string_view table, std::span<const std::string_view> key,
                                std::span<const std::string_view> columns, RowSource& rows) = 0;
};

/// A copy of the whole database in the same place, for backends whose database is a thing that can
/// be copied like that.
class ENGINEBAY_API BackupExtension {
public:
    BackupExtension() = default;
    BackupExtension(const BackupExtension&) = delete;
    BackupExtension& operator=(const BackupExtension&) = delete;
    virtual ~BackupExtension();

    /// Copies the last committed state, whatever other connections are writing meanwhile, verifies
    /// the copy and makes it durable; gives its name, which contains `label`. An earlier copy is
    /// never written over; an equal one is not made twice. Killed in between there is no copy of
    /// that name. Throws Errc::io where there is too little room, Errc::corrupt where what was
    /// copied is damaged, Errc::usage inside a transaction.
    virtual std::string copy(std::string_view label) = 0;
};

struct BatchStatement {
    std::string_view sql;
    std::span<const ValueView> parameters;
    bool rows{false};  ///< a query: its rows are wanted, else the number of rows it changed
};

/// Where the results of a batch go. Implemented by the core, used by a BatchExtension.
class ENGINEBAY_API BatchSink {
public:
    BatchSink() = default;
    BatchSink(const BatchSink&) = delete;
    BatchSink& operator=(const BatchSink&) = delete;
    virtual ~BatchSink();

    /// The rows of a query; the cursor is read at once and closed by the caller.
    virtual void rows(std::size_t statement, Cursor& cursor) noexcept = 0;
    virtual void changed(std::size_t statement, std::int64_t rows) noexcept = 0;
    /// The error about to be thrown is about this statement, 0 for the first.
    virtual void blame(std::size_t statement) noexcept = 0;
};

/// Many statements in one round trip.
class ENGINEBAY_API BatchExtension {
public:
    BatchExtension() = default;
    BatchExtension(const BatchExtension&) = delete;
    BatchExtension& operator=(const BatchExtension&) = delete;
    virtual ~BatchExtension();

    /// Runs all in order. Outside a transaction as one of `mode` that is committed at the end; else
    /// as a part of the open one that can be undone alone. Throws the first statement's error, or
    /// what became of the commit as Connection::commit() does; nothing of the batch stays then. A
    /// statement may be answered twice, where the plugin ran the batch again; the last time counts.
    virtual void run_batch(TransactionMode mode, std::span<const BatchStatement> statements,
                           BatchSink& sink) = 0;
};

/// How far a statement has come that works through many rows. May begin anew with each pass.
class ENGINEBAY_API RowProgressExtension {
public:
    RowProgressExtension() = default;
    RowProgressExtension(const RowProgressExtension&) = delete;
    RowProgressExtension& operator=(const RowProgressExtension&) = delete;
    virtual ~RowProgressExtension();

    /// A table, its rows worked through so far, and how many there are, -1 where nobody knows.
    using Report = std::function<void(std::string_view table, std::int64_t rows, std::int64_t of)>;

    /// While the next statement runs, calls `report` now and then, on the thread that runs it and
    /// not once it is over. `report` throws nothing and uses the connection for nothing but
    /// cancel(). An empty one ends it. Throws nothing.
    virtual void report_rows(Report report) noexcept = 0;
};

}  // namespace enginebay
