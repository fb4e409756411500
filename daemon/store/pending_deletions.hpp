// SPDX-License-Identifier: BSL-1.0
// PendingDeletions: messages to be taken back when the next one comes.
// Threads: any function from any thread.  Ownership: part of the Store.
#pragma once

#include <string>
#include <vector>

namespace teleclaude {

class Store;

class PendingDeletions {
public:
    explicit PendingDeletions(Store& store) noexcept : store_{store} {}

    /// The message ids, in the order in which they came.
    std::vector<std::string> get(const std::string& session_id,
                                 const std::string& deletion_type = "user_input");
    /// Adding one twice is no error. Throws Errc::check_violation for an unknown type,
    /// Errc::foreign_key_violation for an unknown session.
    void add(const std::string& session_id, const std::string& message_id,
             const std::string& deletion_type = "user_input");
    void clear(const std::string& session_id, const std::string& deletion_type = "user_input");

private:
    Store& store_;
};

}  // namespace teleclaude
