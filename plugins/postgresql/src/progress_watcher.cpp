// SPDX-License-Identifier: BSL-1.0
// ProgressWatcher: what the server's views of progress say about one session.
#include "progress_watcher.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace enginebay::postgresql {
namespace {

// An index is built in two passes: over the table, counted in pages, and over the sorted rows.
// Pages are made rows by what the last ANALYZE found, as the planner does it; a table that it never
// saw has no rows in the first pass. Of a table that its own transaction made nobody else knows the
// name.
constexpr const char* question = R"(
SELECT coalesce(c.relname, 'a new table'),
       (p.done * CASE WHEN p.pages THEN c.reltuples / c.relpages ELSE 1 END)::bigint,
       (p.total * CASE WHEN p.pages THEN c.reltuples / c.relpages ELSE 1 END)::bigint
FROM (SELECT relid, false AS pages, tuples_done AS done, tuples_total AS total
      FROM pg_stat_progress_create_index
      WHERE pid = $1::integer AND phase LIKE '%loading tuples%'
      UNION ALL
      SELECT relid, true, blocks_done, blocks_total FROM pg_stat_progress_create_index
      WHERE pid = $1::integer AND (phase LIKE '%scanning table' OR phase = 'building index')
      UNION ALL
      SELECT relid, false, heap_tuples_written, NULL FROM pg_stat_progress_cluster
      WHERE pid = $1::integer
      UNION ALL
      SELECT relid, false, tuples_processed, NULL FROM pg_stat_progress_copy
      WHERE pid = $1::integer AND command = 'COPY FROM') p
LEFT JOIN pg_class c ON c.oid = p.relid
WHERE NOT p.pages OR (c.reltuples > 0 AND c.relpages > 0))";

// Whatever happens, no question holds a snapshot for long: CREATE INDEX CONCURRENTLY waits for
// those of others.
constexpr const char* start_options = "-csearch_path=pg_catalog -cstatement_timeout=2000";

void ignore_notice(void* /*unused*/, const PGresult* /*notice*/) {}

struct OptionsDeleter {
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};

/// Those that say where to, which is known better, or that belong to the first login only.
bool is_replaced(std::string_view key) {
    constexpr std::array<std::string_view, 10> replaced{
        "host",     "hostaddr", "port",    "dbname",  "user",
        "password", "passfile", "service", "options", "target_session_attrs"};
    return std::find(replaced.begin(), replaced.end(), key) != replaced.end();
}

/// Of several hosts the one that was reached; no name is looked up again.
Handle connect_beside(PGconn* watched) {
    const std::unique_ptr<PQconninfoOption, OptionsDeleter> known{PQconninfo(watched)};
    std::vector<const char*> keys{"host", "hostaddr", "port",   "dbname",
                                  "user", "password", "options"};
    std::vector<const char*> values{PQhost(watched), PQhostaddr(watched), PQport(watched),
                                    PQdb(watched),   PQuser(watched),     PQpass(watched),
                                    start_options};
    const PQconninfoOption* option = known.get();
    for (; option != nullptr && option->keyword != nullptr; ++option) {
        if (option->val != nullptr && !is_replaced(option->keyword)) {
            keys.push_back(option->keyword);
            values.push_back(option->val);
        }
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    return Handle{PQconnectStartParams(keys.data(), values.data(), 0)};
}

std::int64_t number(const Result& answer, int column) {
    std::int64_t value = -1;
    const std::string_view text = cell(answer, 0, column);
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

ProgressWatcher::ProgressWatcher(PGconn* watched) noexcept {
    try {
        pid_ = std::to_string(PQbackendPID(watched));
        handle_ = connect_beside(watched);
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): no memory, no handle
    }
    if (PQstatus(handle_.get()) == CONNECTION_BAD) {
        give_up();
        return;
    }
    PQsetNoticeReceiver(handle_.get(), ignore_notice, nullptr);
}

pollfd ProgressWatcher::socket() const noexcept {
    if (state_ == State::useless) {
        return {-1, 0, 0};
    }
    const short events = state_ == State::sends_login ? POLLOUT : POLLIN;
    return {PQsocket(handle_.get()), events, 0};
}

std::optional<ProgressWatcher::Row> ProgressWatcher::go_on() noexcept {
    switch (state_) {
        case State::sends_login:
        case State::awaits_login:
            log_in();
            return std::nullopt;
        case State::rests:
        case State::awaits_answer:
            return read_answer();
        case State::useless:
            break;
    }
    return std::nullopt;
}

void ProgressWatcher::log_in() noexcept {
    switch (PQconnectPoll(handle_.get())) {
        case PGRES_POLLING_OK:
            state_ = State::rests;
            ask();
            break;
        case PGRES_POLLING_READING:
            state_ = State::awaits_login;
            break;
        case PGRES_POLLING_WRITING:
            state_ = State::sends_login;
            break;
        default:
            give_up();
    }
}

void ProgressWatcher::ask() noexcept {
    if (state_ != State::rests) {
        return;
    }
    // A kilobyte, and nothing else is on its way: the socket takes it without waiting.
    const std::array<const char*, 1> values{pid_.c_str()};
    const int sent = PQsendQueryParams(handle_.get(), question, static_cast<int>(values.size()),
                                       nullptr, values.data(), nullptr, nullptr, 0);
    state_ = State::awaits_answer;
    if (sent == 0) {
        give_up();
    }
}

std::optional<ProgressWatcher::Row> ProgressWatcher::read_answer() noexcept {
    if (PQconsumeInput(handle_.get()) == 0) {
        give_up();
        return std::nullopt;
    }
    while (state_ == State::awaits_answer && PQisBusy(handle_.get()) == 0) {
        Result result{PQgetResult(handle_.get())};
        if (!result) {
            state_ = State::rests;
            const bool one = PQntuples(answer_.get()) > 0;
            return one ? std::optional{Row{cell(answer_, 0, 0), number(answer_, 1),
                                           number(answer_, 2)}}
                       : std::nullopt;
        }
        if (!succeeded(result)) {
            give_up();
            return std::nullopt;
        }
        answer_ = std::move(result);
    }
    return std::nullopt;
}

void ProgressWatcher::give_up() noexcept {
    state_ = State::useless;
    handle_.reset();
}

}  // namespace enginebay::postgresql
