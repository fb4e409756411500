// SPDX-License-Identifier: BSL-1.0
// Submitted writes that share a transaction: one commit for all, an answer for each.
#include "session/submitter.hpp"

#include <enginebay/error.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <vector>

namespace enginebay {
namespace {

constexpr std::size_t most_together = 256;
// Then it is committed: other writers wait, in this process and in others.
constexpr std::chrono::milliseconds longest_together{20};

enum class Fate : std::uint8_t {
    done,    ///< good once the commit is
    failed,  ///< undone alone, for good
    alone,   ///< to be run once more, in a transaction of its own
};

/// A function and what became of it in the shared transaction.
struct Part {
    Submitter::Task task;
    Fate fate{Fate::alone};
    std::exception_ptr error;
};

/// The transaction several functions share.
class SharedTransaction {
public:
    explicit SharedTransaction(Session& session)
        : session_{session}, whole_{session.transaction(TransactionMode::write)} {}

    /// False when nothing more can be done in this transaction.
    bool run(Part& part) noexcept {
        try {
            if (part.task->stop().stop_requested()) {
                throw Error(Errc::cancelled, "a stop was requested before the function was called");
            }
            run_within(*part.task);
            part.fate = Fate::done;
            return true;
        } catch (const Error& error) {
            part.fate = error.retryable() ? Fate::alone : Fate::failed;
            part.error = std::current_exception();
        } catch (...) {
            part.fate = Fate::failed;
            part.error = std::current_exception();
        }
        return intact();
    }
    void commit() { whole_.commit(); }
    /// A function ended the transaction of the others, by its own COMMIT or ROLLBACK.
    [[nodiscard]] bool ended() const noexcept { return ended_; }

private:
    void run_within(detail::SubmittedTask& task) {
        Savepoint part = session_.savepoint();
        session_.stop_with(task.stop().get_token());
        try {
            task.run(session_);
        } catch (...) {
            leave_function();
            throw;
        }
        leave_function();  // what was done is to be committed: nothing may cancel it from here on
        part.release();
    }
    void leave_function() {
        ended_ = ended_ || !session_.in_transaction();
        session_.stop_with({});
    }
    /// Some failures (a full disk, an interrupt) take the whole transaction with them.
    [[nodiscard]] bool intact() noexcept {
        try {
            if (ended_ || !session_.in_transaction()) {
                return false;
            }
            session_.savepoint().release();
            return true;
        } catch (const Error&) {
            return false;
        }
    }

    Session& session_;
    Transaction whole_;
    bool ended_{false};
};

/// Runs what waits, and what comes meanwhile. False when the transaction did not survive it.
template <class Next>
bool gather(std::vector<Part>& parts, SharedTransaction& shared, Next&& next) noexcept {
    const auto start = std::chrono::steady_clock::now();
    while (parts.size() < most_together &&
           std::chrono::steady_clock::now() - start < longest_together) {
        Submitter::Task task = next();
        if (task == nullptr) {
            break;
        }
        parts.push_back({std::move(task), Fate::alone, nullptr});
        if (!shared.run(parts.back())) {
            return false;
        }
    }
    return true;
}

/// What the end of the transaction means for each.
void settle(std::vector<Part>& parts, SharedTransaction& shared, bool intact) noexcept {
    const auto all = [&parts](Fate fate, const std::exception_ptr& error) {
        for (Part& part : parts) {
            if (fate == Fate::alone || part.fate == Fate::done) {
                part.fate = fate;
                part.error = error;
            }
        }
    };
    if (!intact && shared.ended()) {
        all(Fate::failed,
            std::make_exception_ptr(Error(
                Errc::in_doubt,
                "a submitted function ended the transaction it shared with others (by a COMMIT or "
                "ROLLBACK of its own): look what became of this one before running it again")));
        return;
    }
    if (!intact) {
        all(Fate::alone, nullptr);
        return;
    }
    try {
        shared.commit();
    } catch (const Error& error) {
        // A constraint checked at the end, a full disk: whose fault it was shows when they run
        // alone.
        const bool unknown = error.code() == Errc::in_doubt;
        all(unknown ? Fate::failed : Fate::alone, std::current_exception());
    }
}

}  // namespace

void Submitter::run_writes() {
    std::vector<Part> parts;
    parts.reserve(most_together);
    try {
        // Only beginning it can fail.
        with_retries(sessions_, {}, [&](Session& session) {
            session.label("submitted writes");
            SharedTransaction shared{session};
            settle(parts, shared, gather(parts, shared, [this] { return next_write(); }));
        });
    } catch (...) {
        // No transaction could be had: that is the answer to all who wait for one now.
        const std::exception_ptr error = std::current_exception();
        while (parts.size() < most_together) {
            Task task = next_write();
            if (task == nullptr) {
                break;
            }
            parts.push_back({std::move(task), Fate::failed, error});
        }
    }
    for (Part& part : parts) {
        if (part.fate == Fate::done) {
            part.task->succeed();
        } else if (part.fate == Fate::failed) {
            part.task->fail(part.error);
        } else {
            run_alone_if_wanted(*part.task);
        }
    }
    const std::lock_guard lock{mutex_};
    for (const Part& part : parts) {
        std::erase(running_, part.task.get());
    }
}

}  // namespace enginebay
