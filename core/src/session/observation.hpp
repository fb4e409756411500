// SPDX-License-Identifier: BSL-1.0
// Observation: a statement that is watched until it is over, and a cursor that tells when its query
// is.
// Threads: one, the session's.  Ownership: borrows observer, text and cursor.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/error.hpp>
#include <enginebay/observer.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace enginebay {

class Observation {
public:
    Observation(StatementObserver& observer, StatementKind kind, std::string_view sql = {}) noexcept
        : observer_{&observer}, kind_{kind}, sql_{sql}, begin_{Clock::now()} {}

    /// Calls fn() and tells what came of it.
    template <class Fn>
    auto around(Fn&& fn) const {
        if constexpr (std::is_void_v<std::invoke_result_t<Fn&>>) {
            unless_it_fails(fn);
            report(std::nullopt);
        } else {
            auto result = unless_it_fails(fn);
            report(std::nullopt);
            return result;
        }
    }
    /// Calls fn() and tells only when it fails: what it gives is not the end yet.
    template <class Fn>
    decltype(auto) unless_it_fails(Fn&& fn) const {
        try {
            return fn();
        } catch (const Error& error) {
            report(error.code());
            throw;
        } catch (...) {
            report(Errc::internal);
            throw;
        }
    }
    void report(std::optional<Errc> failure) const noexcept {
        observer_->finished({kind_, sql_, Clock::now() - begin_, failure});
    }
    void text(std::string_view sql) noexcept { sql_ = sql; }

private:
    using Clock = std::chrono::steady_clock;
    StatementObserver* observer_;
    StatementKind kind_;
    std::string_view sql_;
    Clock::time_point begin_;
};

/// The cursor of a query that is watched: the query is over with its last row or when it is closed.
class ObservedCursor final : public Cursor {
public:
    /// From here on this is `inner`. What was watched before is over.
    Cursor& start(Observation observation, std::string_view sql, Cursor& inner);
    /// Nobody reads on: the query is over, if it was not.
    void finish(std::optional<Errc> failure = {}) noexcept;

    const ValueView* next() override;
    [[nodiscard]] std::size_t column_count() const noexcept override {
        return inner_->column_count();
    }
    [[nodiscard]] std::string_view column_name(std::size_t column) const noexcept override {
        return inner_->column_name(column);
    }
    void close() noexcept override;

private:
    Cursor* inner_{nullptr};
    std::optional<Observation> observation_;
    std::string sql_;  // the caller's text may be gone by then
};

}  // namespace enginebay
