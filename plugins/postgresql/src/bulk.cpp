// SPDX-License-Identifier: BSL-1.0
// BulkLoader: COPY FROM STDIN, and the upsert by way of a temporary table.
#include "bulk.hpp"

#include "dialect.hpp"
#include "error_map.hpp"
#include "row_stream.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace enginebay::postgresql {
namespace {

constexpr std::size_t chunk = std::size_t{64} * 1024;
// In pg_temp: nobody else's, whatever it is called, and it lives until the end of one upsert.
constexpr std::string_view staging = "enginebay_bulk";

std::string select_nothing(std::string_view table, std::span<const std::string_view> columns) {
    return fmt::format("SELECT {} FROM {} WHERE false", name_list(columns), quote_name(table));
}

/// "COPY items, line 3, column id": the number behind the table's name, whatever the language of
/// the rest; 0 where there is none.
std::int64_t line_of(const PGresult* result, std::string_view table) noexcept {
    const char* const field = PQresultErrorField(result, PG_DIAG_CONTEXT);
    if (field == nullptr) {
        return 0;
    }
    const std::string_view context = field;
    const std::size_t copy = context.rfind("COPY ");
    if (copy == std::string_view::npos || !context.substr(copy + 5).starts_with(table)) {
        return 0;
    }
    std::string_view rest = context.substr(copy + 5 + table.size());
    const std::size_t digit = rest.find_first_of("0123456789");
    if (digit == std::string_view::npos) {
        return 0;
    }
    rest.remove_prefix(digit);
    std::int64_t line = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), line);
    return line;
}

std::int64_t count_of(const Result& result) noexcept {
    std::int64_t rows = 0;
    const std::string_view digits = PQcmdTuples(result.get());
    std::from_chars(digits.data(), digits.data() + digits.size(), rows);
    return rows;
}

/// While a COPY runs its SQL stands there, so that no other statement gets in between.
class Occupied {
public:
    Occupied(std::string& place, const std::string& sql) : place_{place} { place_ = sql; }
    Occupied(const Occupied&) = delete;
    Occupied& operator=(const Occupied&) = delete;
    ~Occupied() { place_.clear(); }

private:
    std::string& place_;
};

}  // namespace

std::int64_t BulkLoader::command(const std::string& sql) {
    const Running running{canceller_};
    const Result result{PQexec(handle_, sql.c_str())};
    if (!succeeded(result)) {
        throw result_error(handle_, result.get(), "running", sql);
    }
    return count_of(result);
}

void BulkLoader::require_transaction() {
    begin_.send();
    if (PQtransactionStatus(handle_) == PQTRANS_IDLE) {
        throw Error{Errc::usage, "rows are transferred inside a transaction only"};
    }
}

std::int64_t BulkLoader::insert(std::string_view table, std::span<const std::string_view> columns,
                                RowSource& rows) {
    require_transaction();
    return copy(table, columns, rows);
}

std::int64_t BulkLoader::upsert(std::string_view table, std::span<const std::string_view> key,
                                std::span<const std::string_view> columns, RowSource& rows) {
    const std::string conflict = conflict_clause(key, columns);
    require_transaction();
    const std::string temporary = fmt::format("pg_temp.{}", staging);
    command(fmt::format("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS {}", staging,
                        select_nothing(table, columns)));
    const std::int64_t count = copy(staging, columns, rows);
    // ON CONFLICT takes a row once. The last of several stays, as it would one by one.
    std::string same;
    for (const std::string_view column : key) {
        same += fmt::format("{}a.{} = b.{}", same.empty() ? "" : " AND ", quote_name(column),
                            quote_name(column));
    }
    command(fmt::format("DELETE FROM {} a USING {} b WHERE {} AND a.ctid < b.ctid", temporary,
                        temporary, same));
    command(fmt::format("INSERT INTO {0} ({1}) SELECT {1} FROM {2}{3}", quote_name(table),
                        name_list(columns), temporary, conflict));
    command(fmt::format("DROP TABLE {}", temporary));
    return count;
}

/// Unnamed, so that nothing of it is left in the session.
std::vector<Oid> BulkLoader::column_types(std::string_view table,
                                          std::span<const std::string_view> columns) {
    // The parameters of an INSERT, not the columns of a SELECT: those of a domain have its base.
    std::string marks;
    for (std::size_t i = 1; i <= columns.size(); ++i) {
        marks += fmt::format("{}${}", i == 1 ? "" : ", ", i);
    }
    const std::string sql = fmt::format("INSERT INTO {} ({}) VALUES ({})", quote_name(table),
                                        name_list(columns), marks);
    const Result made{PQprepare(handle_, "", sql.c_str(), 0, nullptr)};
    if (!succeeded(made)) {
        throw result_error(handle_, made.get(), "preparing", sql);
    }
    const Result about{PQdescribePrepared(handle_, "")};
    if (!succeeded(about)) {
        throw result_error(handle_, about.get(), "describing", sql);
    }
    const int count = PQnparams(about.get());
    std::vector<Oid> types;
    types.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        types.push_back(PQparamtype(about.get(), i));
    }
    return types;
}

std::int64_t BulkLoader::copy(std::string_view table, std::span<const std::string_view> columns,
                              RowSource& rows) {
    CopyRow row{columns, column_types(table, columns)};
    const std::string sql = fmt::format("COPY {} ({}) FROM STDIN (FORMAT {})", quote_name(table),
                                        name_list(columns), row.binary() ? "binary" : "text");
    canceller_.forget();
    const Running running{canceller_};
    const Result started{PQexec(handle_, sql.c_str())};
    if (PQresultStatus(started.get()) != PGRES_COPY_IN) {
        throw result_error(handle_, started.get(), "running", sql);
    }
    const Occupied occupied{running_, sql};
    bool all = false;
    try {
        all = send_rows(rows, row);
    } catch (...) {
        abandon();
        throw;
    }
    // Never a part of the rows: what was stopped ends with an error, whoever stopped it.
    PQputCopyEnd(handle_, all ? nullptr : "stopped");
    const Result result{PQgetResult(handle_)};
    drain(handle_);
    if (!succeeded(result)) {
        if (const std::int64_t line = line_of(result.get(), table); line > 0) {
            rows.blame(line);
        }
        throw result_error(handle_, result.get(), "running", sql);
    }
    return count_of(result);
}

/// False when the server does not want more, or shall not get more: the result says why.
bool BulkLoader::send_rows(RowSource& rows, CopyRow& row) {
    std::int64_t number = 0;
    while (const ValueView* cells = rows.next()) {
        ++number;
        try {
            row.add(cells);
        } catch (const Error&) {
            rows.blame(number);
            throw;
        }
        if (row.bytes().size() >= chunk && !flush(row)) {
            return false;
        }
    }
    row.finish();
    return flush(row);
}

bool BulkLoader::flush(CopyRow& row) {
    const std::string_view bytes = row.bytes();
    if (!room_to_send()) {
        return false;
    }
    const bool sent =
        bytes.empty() || PQputCopyData(handle_, bytes.data(), static_cast<int>(bytes.size())) == 1;
    row.clear();
    return sent;
}

/// Waits here and not in libpq for a server that is slow to read: libpq, once it cannot send, takes
/// in the server's error without looking at it. False when nothing more is to be sent.
bool BulkLoader::room_to_send() noexcept {
    constexpr int look_at_cancel_ms = 200;
    for (;;) {
        if (canceller_.asked() || server_has_given_up()) {
            return false;
        }
        pollfd socket{PQsocket(handle_), POLLOUT, 0};
        if (::poll(&socket, 1, look_at_cancel_ms) < 0 && errno != EINTR) {
            return true;  // libpq will say what it is
        }
        if ((socket.revents & (POLLOUT | POLLERR | POLLHUP | POLLNVAL)) != 0) {
            return !server_has_given_up();
        }
    }
}

/// During a COPY the server is silent unless it has failed; libpq does not look before the end.
bool BulkLoader::server_has_given_up() noexcept {
    char byte = 0;
    return PQsslInUse(handle_) == 0 &&
           ::recv(PQsocket(handle_), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1 && byte == 'E';
}

void BulkLoader::abandon() noexcept {
    PQputCopyEnd(handle_, "the rows could not be read");
    drain(handle_);
}

}  // namespace enginebay::postgresql
