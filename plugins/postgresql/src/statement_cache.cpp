// SPDX-License-Identifier: BSL-1.0
// StatementCache: prepare once, describe once, run often.
#include "statement_cache.hpp"

#include "error_map.hpp"
#include "pipeline_mode.hpp"
#include "placeholders.hpp"

#include <optional>
#include <utility>

namespace enginebay::postgresql {
namespace {

/// Parameter types, columns and how to read them.
void describe(const Result& about, Statement& statement) {
    const int parameters = PQnparams(about.get());
    for (int i = 0; i < parameters; ++i) {
        statement.parameters.push_back(PQparamtype(about.get(), i));
    }
    const int columns = PQnfields(about.get());
    statement.binary = true;
    for (int i = 0; i < columns; ++i) {
        statement.binary = statement.binary && binary_decoder(PQftype(about.get(), i)).has_value();
    }
    for (int i = 0; i < columns; ++i) {
        const Oid type = PQftype(about.get(), i);
        statement.columns.push_back(statement.binary ? *binary_decoder(type) : text_decoder(type));
    }
}

}  // namespace

Statement* StatementCache::find(std::string_view sql) noexcept {
    if (statements_.empty()) {
        return nullptr;
    }
    if (statements_.front().sql == sql) {
        return &statements_.front();
    }
    const auto found = by_sql_.find(sql);
    if (found == by_sql_.end()) {
        return nullptr;
    }
    statements_.splice(statements_.begin(), statements_, found->second);
    return &statements_.front();
}

Statement StatementCache::start(std::string_view sql) {
    Statement statement;
    statement.sql = sql;
    statement.text = rewrite_placeholders(sql).text;
    statement.name = "s" + std::to_string(++last_name_);
    statement.leaves_state = leaves_session_state(sql);
    return statement;
}

Statement& StatementCache::keep(Statement statement) {
    statements_.push_front(std::move(statement));
    by_sql_.emplace(statements_.front().sql, statements_.begin());
    return statements_.front();
}

void StatementCache::make_room(PGconn* handle, std::size_t statements) {
    while (!statements_.empty() && statements_.size() + statements > capacity) {
        drop(statements_.back());
    }
    close_dropped(handle);
}

Statement& StatementCache::prepare(PGconn* handle, std::string_view sql) {
    prepare_all(handle, {&sql, 1});
    return statements_.front();
}

void StatementCache::prepare_all(PGconn* handle, std::span<const std::string_view> texts) {
    make_room(handle, texts.size());
    std::vector<Statement> made;
    for (const std::string_view sql : texts) {
        made.push_back(start(sql));
    }
    if (const std::optional<Error> refused = exchange(handle, made)) {
        throw Error{*refused};
    }
}

/// The first refusal; the statements in front of it are kept.
std::optional<Error> StatementCache::exchange(PGconn* handle, std::span<Statement> made) {
    std::optional<Error> first;
    PipelineMode pipeline{handle};
    for (const Statement& statement : made) {
        PQsendPrepare(handle, statement.name.c_str(), statement.text.c_str(), 0, nullptr);
        PQsendDescribePrepared(handle, statement.name.c_str());
    }
    pipeline.close();
    for (Statement& statement : made) {
        const Result prepared = pipeline.next();
        const Result about = pipeline.next();
        if (first) {
            continue;
        }
        if (succeeded(prepared) && succeeded(about)) {
            describe(about, statement);
            keep(std::move(statement));
        } else {
            const Result& bad = succeeded(prepared) ? about : prepared;
            first = result_error(handle, bad.get(), "preparing", statement.sql);
        }
    }
    return first;
}

void StatementCache::drop(Statement& statement) {
    const auto found = by_sql_.find(statement.sql);
    if (found == by_sql_.end()) {
        return;
    }
    dropped_.push_back(statement.name);
    const auto place = found->second;
    by_sql_.erase(found);
    statements_.erase(place);
}

void StatementCache::clear(bool also_there) noexcept {
    by_sql_.clear();
    statements_.clear();
    dropped_.clear();
    dropped_all_ = !also_there && last_name_ > 0;
}

void StatementCache::close_dropped(PGconn* handle) {
    const PGTransactionStatusType status = PQtransactionStatus(handle);
    if ((dropped_.empty() && !dropped_all_) ||
        (status != PQTRANS_IDLE && status != PQTRANS_INTRANS)) {
        return;
    }
    std::string text = dropped_all_ ? "DEALLOCATE ALL;" : "";
    for (const std::string& name : dropped_) {
        text += "DEALLOCATE " + name + ";";
    }
    dropped_.clear();
    dropped_all_ = false;
    const Result closed{PQexec(handle, text.c_str())};
    if (!succeeded(closed)) {
        throw result_error(handle, closed.get(), "closing statements", text);
    }
}

}  // namespace enginebay::postgresql
