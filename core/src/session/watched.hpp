// SPDX-License-Identifier: BSL-1.0
// Session's calls that an observer is told of: straight through where there is none.
// Threads: the session's.
#pragma once

#include "session/observation.hpp"
#include "session/pool.hpp"

#include <enginebay/session.hpp>

#include <string_view>
#include <utility>

namespace enginebay {

template <class Fn>
auto Session::watched(StatementKind kind, Fn&& fn) {
    StatementObserver* const observer = pool_->observer();
    return observer == nullptr ? fn() : Observation{*observer, kind}.around(fn);
}

template <class Fn>
auto Session::watched(std::string_view sql, Fn&& fn) {
    StatementObserver* const observer = pool_->observer();
    return observer == nullptr ? fn()
                               : Observation{*observer, slot_->kinds.of(sql), sql}.around(fn);
}

template <class Fn>
Cursor& Session::watched_rows(std::string_view sql, Fn&& fn) {
    StatementObserver* const observer = pool_->observer();
    if (observer == nullptr) {
        return fn();
    }
    const Observation observation{*observer, slot_->kinds.of(sql), sql};
    return slot_->cursor.start(observation, sql, observation.unless_it_fails(fn));
}

}  // namespace enginebay
