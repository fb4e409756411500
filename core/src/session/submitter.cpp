// SPDX-License-Identifier: BSL-1.0
// Submitter: the line, the workers, the end.
#include "session/submitter.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

namespace enginebay {
namespace {

// More than a burst, less than what a stuck database may fill memory with.
constexpr std::size_t most_waiting = 1024;

thread_local const Submitter* works_for = nullptr;

std::exception_ptr error_ptr(Errc code, const char* why) {
    return std::make_exception_ptr(Error(code, why));
}

}  // namespace

Submitter::Submitter(SessionSource sessions, std::uint32_t workers, bool shared_commits,
                     std::chrono::milliseconds patience)
    : sessions_{std::move(sessions)},
      most_workers_{workers},
      shared_commits_{shared_commits},
      patience_{patience} {
    workers_.reserve(workers);
}

Submitter::~Submitter() { close(patience_); }

bool Submitter::is_worker() const noexcept { return works_for == this; }

bool Submitter::has_work() const noexcept {
    return !tasks_.empty() || (!writes_.empty() && !writing_);
}

void Submitter::add(Task task) {
    {
        std::unique_lock lock{mutex_};
        const auto has_room = [this] {
            return closed_ || tasks_.size() + writes_.size() < most_waiting;
        };
        if (!is_worker() && !room_.wait_for(lock, patience_, has_room)) {
            throw Error(Errc::pool_exhausted,
                        fmt::format("a function was submitted, but {} wait in front of it and none "
                                    "of them had its turn within {} ms",
                                    most_waiting, patience_.count()));
        }
        if (closed_) {
            throw Error(Errc::usage, "a function was submitted after the database was closed");
        }
        hire();
        const bool shared = shared_commits_ && task->kind() == detail::SubmitKind::write;
        (shared ? writes_ : tasks_).push_back(std::move(task));
    }
    work_.notify_one();
}

/// One more worker where nobody is free and another may be had.
void Submitter::hire() {
    if (free_workers_ > tasks_.size() + writes_.size() || workers_.size() >= most_workers_) {
        return;
    }
    try {
        workers_.emplace_back([this] { work(); });
    } catch (const std::system_error& failure) {
        if (workers_.empty()) {
            throw Error(Errc::io, fmt::format("no thread could be started for a submitted "
                                              "function: {}",
                                              failure.what()));
        }
    }
}

void Submitter::work() {
    works_for = this;
    std::unique_lock lock{mutex_};
    for (;;) {
        ++free_workers_;
        work_.wait(lock, [this] { return has_work() || closed_; });
        --free_workers_;
        if (!has_work()) {
            return;  // closed; who serves the lane of writes empties it
        }
        ++busy_workers_;
        serve(lock);
        --busy_workers_;
        done_.notify_all();
    }
}

/// By turns, where both lanes have something: neither starves the other.
bool Submitter::write_is_next() const noexcept {
    return !writes_.empty() && !writing_ && (tasks_.empty() || !write_was_last_);
}

void Submitter::serve(std::unique_lock<std::mutex>& lock) {
    write_was_last_ = write_is_next();
    if (write_was_last_) {
        writing_ = true;
        lock.unlock();
        run_writes();
        lock.lock();
        writing_ = false;
        if (!writes_.empty()) {
            work_.notify_one();
        }
        return;
    }
    const Task task = std::move(tasks_.front());
    tasks_.pop_front();
    running_.push_back(task.get());
    lock.unlock();
    room_.notify_one();
    run_alone_if_wanted(*task);
    lock.lock();
    std::erase(running_, task.get());
}

/// The next one of the lane of writes, noted as running; null where none waits.
Submitter::Task Submitter::next_write() {
    const std::lock_guard lock{mutex_};
    if (writes_.empty()) {
        return nullptr;
    }
    Task task = std::move(writes_.front());
    writes_.pop_front();
    running_.push_back(task.get());
    room_.notify_one();
    return task;
}

void Submitter::run_alone_if_wanted(detail::SubmittedTask& task) {
    try {
        if (task.stop().stop_requested()) {
            throw Error(Errc::cancelled, "a stop was requested before the function was called");
        }
        run_alone(task);
        task.succeed();
    } catch (...) {
        task.fail(std::current_exception());
    }
}

void Submitter::run_alone(detail::SubmittedTask& task) {
    const auto run = [&task](Session& session) {
        session.label("submitted");
        session.stop_with(task.stop().get_token());
        task.run(session);
        session.stop_with({});  // what was done is to be committed
    };
    if (task.kind() == detail::SubmitKind::session) {
        Session session = sessions_.take();
        run(session);
        return;
    }
    const TransactionMode mode =
        task.kind() == detail::SubmitKind::read ? TransactionMode::read : TransactionMode::write;
    run_in_transaction(sessions_, mode, run, {});
}

void Submitter::close(std::chrono::milliseconds limit) {
    if (is_worker()) {
        throw Error(Errc::usage, "a submitted function cannot close the database it runs on");
    }
    std::vector<std::thread> workers;
    {
        std::unique_lock lock{mutex_};
        closed_ = true;
        work_.notify_all();
        room_.notify_all();
        const auto idle = [this] {
            return tasks_.empty() && writes_.empty() && busy_workers_ == 0;
        };
        if (!done_.wait_for(lock, limit, idle)) {
            cancel_all(lock);
        }
        workers.swap(workers_);
    }
    for (std::thread& worker : workers) {
        worker.join();
    }
}

/// What waits is not run, what runs is asked to end.
void Submitter::cancel_all(std::unique_lock<std::mutex>& lock) {
    std::deque<Task> waiting;
    waiting.swap(tasks_);
    std::ranges::move(writes_, std::back_inserter(waiting));
    writes_.clear();
    for (detail::SubmittedTask* task : running_) {
        task->stop().request_stop();
    }
    lock.unlock();
    for (const Task& task : waiting) {
        task->fail(error_ptr(Errc::cancelled, "the database was closed before its turn came"));
    }
    lock.lock();
}

namespace detail {

SubmittedTask::SubmittedTask(SubmitKind kind, SubmitOptions options)
    : kind_{kind}, then_{std::move(options.then)} {
    if (options.stop.stop_possible()) {
        on_request_.emplace(std::move(options.stop),
                            [source = stop_]() mutable { source.request_stop(); });
    }
}

SubmittedTask::~SubmittedTask() = default;

void SubmittedTask::succeed() noexcept {
    deliver();
    if (then_) {
        then_();
    }
}

void SubmittedTask::fail(const std::exception_ptr& error) noexcept {
    deliver(error);
    if (then_) {
        then_();
    }
}

}  // namespace detail
}  // namespace enginebay
