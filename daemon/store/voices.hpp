// SPDX-License-Identifier: BSL-1.0
// Voice assignments: which voice of which service speaks for a session.
// Threads: any function from any thread.  Ownership: part of the Store.
#pragma once

#include <enginebay/rows.hpp>
#include <enginebay/value.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace teleclaude {

class Store;

/// A row of voice_assignments.
struct VoiceAssignment {
    std::string id;  ///< a session's id, or a native session id of an AI tool
    std::optional<std::string> service_name;
    std::optional<std::string> voice;
    std::optional<enginebay::Timestamp> assigned_at;
};

constexpr auto fields(const VoiceAssignment*) {
    return std::tuple{enginebay::field("id", &VoiceAssignment::id),
                      enginebay::field("service_name", &VoiceAssignment::service_name),
                      enginebay::field("voice", &VoiceAssignment::voice),
                      enginebay::field("assigned_at", &VoiceAssignment::assigned_at)};
}

class Voices {
public:
    explicit Voices(Store& store) noexcept : store_{store} {}

    /// Sets the voice of `id` and renews its age.
    void assign(const std::string& id, const std::string& service_name, const std::string& voice);
    /// The voice of `id`, "" where it has none set; nothing without an assignment. Whatever its
    /// age.
    std::optional<std::string> get(const std::string& id);
    /// The whole assignment; nothing without one.
    std::optional<VoiceAssignment> find(const std::string& id);
    /// The voices (service, voice) of sessions that are not closed.
    std::set<std::pair<std::string, std::string>> in_use();
    /// Deletes assignments older than `max_age`, and those whose age cannot be told; how many.
    std::size_t clean_up_stale(std::chrono::seconds max_age = std::chrono::days{7});

private:
    Store& store_;
};

}  // namespace teleclaude
