// SPDX-License-Identifier: BSL-1.0
// InstanceLock: keeps a second daemon off the same database, and notices when it no longer does.
// Threads: try_acquire() one thread at a time; held() any thread; the loss callback comes on a
// thread of the guard's own.  Ownership: the guard holds the lock until it is destroyed; it may
// outlive the InstanceLock, not the engine.
//
// For an author of a backend:
//   1. The lock belongs to the database, not to a path or a name for it: two spellings meet.
//   2. It ends with the process, however that ends. Information about the holder is for people.
//   3. Never wait: another holder is an answer, not an error.
//   4. Find out about a loss within LockOptions::loss_bound, without being asked.
//   5. Run the conformance suite.
#pragma once

#include <enginebay/export.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace enginebay {

/// Who has the lock, as far as can be told. Diagnosis only: never decide by it.
struct LockHolder {
    std::int64_t pid{0};  ///< 0: unknown
    std::string host;     ///< empty: unknown
    std::string since;    ///< when it was taken, UTC, ISO 8601; empty: unknown
    std::string what;     ///< the thing that is locked: a file, a key
};

struct LockOptions {
    std::string name;  ///< which lock of this database, e.g. "<product>-daemon"
    /// Called once, when the lock is found lost, with the reason. Must not throw nor destroy the
    /// guard. May be empty.
    std::function<void(const std::string& why)> on_loss;
    std::chrono::milliseconds loss_bound{5'000};  ///< a loss is noticed within this time
};

/// Holds the lock.
class ENGINEBAY_API LockGuard {
public:
    LockGuard() = default;
    LockGuard(const LockGuard&) = delete;
    LockGuard& operator=(const LockGuard&) = delete;
    virtual ~LockGuard();

    /// False from the moment a loss is noticed; never true again.
    [[nodiscard]] virtual bool held() const noexcept = 0;
    /// What is locked and how, in words for a log.
    [[nodiscard]] virtual std::string describe() const = 0;
};

struct LockAttempt {
    std::unique_ptr<LockGuard> guard;  ///< null: somebody else has it, see holder
    LockHolder holder;
};

class ENGINEBAY_API InstanceLock {
public:
    InstanceLock() = default;
    InstanceLock(const InstanceLock&) = delete;
    InstanceLock& operator=(const InstanceLock&) = delete;
    virtual ~InstanceLock();

    /// Throws only where it cannot be told (no permission, no server, a file system whose locks do
    /// not hold). Trying again while this process holds it is an answer too: the holder is
    /// ourselves.
    virtual LockAttempt try_acquire() = 0;

    /// Who holds it now, without taking it; pid 0 and an empty `what` when nobody does.
    virtual LockHolder holder() = 0;
};

}  // namespace enginebay
