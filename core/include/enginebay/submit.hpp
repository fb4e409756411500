// SPDX-License-Identifier: BSL-1.0
// What Database::submit() takes and what it makes of it.
// Threads: a task is run by one worker at a time.  Ownership: a task owns the function, its result
// and the promise; the caller has the future.
#pragma once

#include <enginebay/export.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <future>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace enginebay {

class Session;

struct SubmitOptions {
    /// Requested before its turn: the function is not called. While it runs: the running statement
    /// is cancelled. Either way the future throws Errc::cancelled.
    std::stop_token stop{};
    /// Called by the worker once the future is ready; short, and it must not throw.
    std::function<void()> then{};
};

namespace detail {

/// How a function wants to be run.
enum class SubmitKind : std::uint8_t { session, read, write };

class ENGINEBAY_API SubmittedTask {
public:
    SubmittedTask(SubmitKind kind, SubmitOptions options);
    SubmittedTask(const SubmittedTask&) = delete;
    SubmittedTask& operator=(const SubmittedTask&) = delete;
    virtual ~SubmittedTask();

    /// Calls the function and keeps its result; of several times the last one counts.
    virtual void run(Session& session) = 0;

    /// One of the two, once: the future is ready then.
    void succeed() noexcept;
    void fail(const std::exception_ptr& error) noexcept;

    [[nodiscard]] SubmitKind kind() const noexcept { return kind_; }
    /// Requested by the caller or by whoever closes the database.
    [[nodiscard]] std::stop_source& stop() noexcept { return stop_; }

protected:
    virtual void deliver() noexcept = 0;
    virtual void deliver(const std::exception_ptr& error) noexcept = 0;

private:
    SubmitKind kind_;
    std::stop_source stop_;
    std::function<void()> then_;
    std::optional<std::stop_callback<std::function<void()>>> on_request_;
};

template <class Fn, class Result>
class SubmittedFunction final : public SubmittedTask {
public:
    template <class F>
    SubmittedFunction(SubmitKind kind, F&& fn, SubmitOptions options)
        : SubmittedTask{kind, std::move(options)}, fn_{std::forward<F>(fn)} {}

    std::future<Result> future() { return promise_.get_future(); }

    void run(Session& session) override {
        if constexpr (std::is_void_v<Result>) {
            fn_(session);
        } else {
            result_.emplace(fn_(session));
        }
    }

protected:
    void deliver() noexcept override {
        if constexpr (std::is_void_v<Result>) {
            promise_.set_value();
        } else {
            try {
                promise_.set_value(*std::move(result_));
            } catch (...) {  // the result's own move
                promise_.set_exception(std::current_exception());
            }
        }
    }
    void deliver(const std::exception_ptr& error) noexcept override {
        promise_.set_exception(error);
    }

private:
    struct Nothing {};
    Fn fn_;
    std::promise<Result> promise_;
    std::optional<std::conditional_t<std::is_void_v<Result>, Nothing, Result>> result_;
};

}  // namespace detail
}  // namespace enginebay
