// SPDX-License-Identifier: BSL-1.0
// ObservedCursor: passes everything on, and tells once when it is over.
#include "session/observation.hpp"

namespace enginebay {

StatementObserver::~StatementObserver() = default;

void StatementObserver::retried(Errc /*why*/) noexcept {}

Cursor& ObservedCursor::start(Observation observation, std::string_view sql, Cursor& inner) {
    finish();
    sql_ = sql;
    observation.text(sql_);
    observation_ = observation;
    inner_ = &inner;
    return *this;
}

void ObservedCursor::finish(std::optional<Errc> failure) noexcept {
    if (observation_) {
        observation_->report(failure);
        observation_.reset();
    }
}

const ValueView* ObservedCursor::next() {
    try {
        const ValueView* const row = inner_->next();
        if (row == nullptr) {
            finish();
        }
        return row;
    } catch (const Error& error) {
        finish(error.code());
        throw;
    } catch (...) {
        finish(Errc::internal);
        throw;
    }
}

void ObservedCursor::close() noexcept {
    inner_->close();
    finish();
}

}  // namespace enginebay
