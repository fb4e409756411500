// SPDX-License-Identifier: BSL-1.0
// Agents: which of the AI tools can be used now.
// Threads: any function from any thread.  Ownership: part of the Store.
#pragma once

#include <enginebay/rows.hpp>
#include <enginebay/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace teleclaude {

class Store;

/// A row of agent_availability.
struct AgentAvailability {
    std::string agent;
    bool available{false};
    std::optional<enginebay::Timestamp> unavailable_until;
    std::optional<std::string> reason;  ///< never ""

    /// "available", "degraded" or "unavailable".
    [[nodiscard]] std::string_view status() const noexcept;
};

constexpr auto fields(const AgentAvailability*) {
    return std::tuple{enginebay::field("agent", &AgentAvailability::agent),
                      enginebay::field("available", &AgentAvailability::available),
                      enginebay::field("unavailable_until", &AgentAvailability::unavailable_until),
                      enginebay::field("reason", &AgentAvailability::reason)};
}

class Agents {
public:
    explicit Agents(Store& store) noexcept : store_{store} {}

    /// Nothing where nobody has said anything about it. A mark whose time is over is taken away
    /// first, unless a newer one has come meanwhile.
    std::optional<AgentAvailability> get(const std::string& agent);
    std::vector<AgentAvailability> all();
    void mark_available(const std::string& agent);
    /// For ever without `until`.
    void mark_unavailable(const std::string& agent, std::optional<enginebay::Timestamp> until,
                          const std::optional<std::string>& reason);
    /// It can be used, less well: the reason begins with "degraded".
    void mark_degraded(const std::string& agent, const std::string& reason);
    /// Takes away the marks whose time is over; how many.
    std::int64_t clear_expired();

private:
    std::int64_t clear_expired(const std::string* only);

    Store& store_;
};

}  // namespace teleclaude
