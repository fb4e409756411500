// SPDX-License-Identifier: BSL-1.0
// StatementCache: prepare once, describe once, run often.
#include "statement_cache.hpp"

#include "error_map.hpp"
#include "placeholders.hpp"

#include <algorithm>

namespace enginebay::postgresql {
namespace {

/// Parameter types, columns and how to read them.
void describe(PGconn* handle, Statement& statement) {
    const Result about{PQdescribePrepared(handle, statement.name.c_str())};
    if (!succeeded(about)) {
        throw result_error(handle, about.get(), "describing", statement.sql);
    }
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

Statement& StatementCache::prepare(PGconn* handle, std::string_view sql) {
    if (statements_.size() >= capacity) {
        drop(statements_.back());
    }
    close_dropped(handle);
    Statement statement;
    statement.sql = sql;
    statement.text = rewrite_placeholders(sql).text;
    statement.name = "s" + std::to_string(++last_name_);
    statement.leaves_state = leaves_session_state(sql);
    const Result made{
        PQprepare(handle, statement.name.c_str(), statement.text.c_str(), 0, nullptr)};
    if (!succeeded(made)) {
        throw result_error(handle, made.get(), "preparing", sql);
    }
    describe(handle, statement);
    statements_.push_front(std::move(statement));
    by_sql_.emplace(statements_.front().sql, statements_.begin());
    return statements_.front();
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
