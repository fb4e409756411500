// SPDX-License-Identifier: BSL-1.0
// Agents: the statements.
#include "store/agents.hpp"

#include "store/rows.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

namespace teleclaude {
namespace {

using enginebay::Session;
using enginebay::Timestamp;

std::string select_agents() {
    return "SELECT " + columns_of<AgentAvailability>() + " FROM agent_availability";
}

void without_empty_reason(AgentAvailability& row) {
    if (row.reason && row.reason->empty()) {
        row.reason.reset();
    }
}

}  // namespace

std::string_view AgentAvailability::status() const noexcept {
    if (reason && reason->starts_with("degraded")) {
        return "degraded";
    }
    return available ? "available" : "unavailable";
}

std::optional<AgentAvailability> Agents::get(const std::string& agent) {
    const auto read = [&] {
        return store_.read([&](Session& session) {
            auto row = read_first<AgentAvailability>(
                session, Statement{select_agents() + " WHERE agent = ?", agent});
            if (row) {
                without_empty_reason(*row);
            }
            return row;
        });
    };
    auto row = read();
    if (row && row->unavailable_until && *row->unavailable_until < enginebay::now()) {
        clear_expired(&agent);
        row = read();
    }
    return row;
}

std::vector<AgentAvailability> Agents::all() {
    return store_.read([&](Session& session) {
        auto rows =
            read_all<AgentAvailability>(session, Statement{select_agents() + " ORDER BY agent"});
        for (AgentAvailability& row : rows) {
            without_empty_reason(row);
        }
        return rows;
    });
}

void Agents::mark_available(const std::string& agent) {
    store_.write([&](Session& session) {
        session.upsert("agent_availability", {"agent"},
                       AgentAvailability{agent, true, std::nullopt, std::nullopt});
    });
}

void Agents::mark_unavailable(const std::string& agent, std::optional<Timestamp> until,
                              const std::optional<std::string>& reason) {
    store_.write([&](Session& session) {
        session.upsert("agent_availability", {"agent"},
                       AgentAvailability{agent, false, until, reason});
    });
}

void Agents::mark_degraded(const std::string& agent, const std::string& reason) {
    const std::string marked = reason.starts_with("degraded") ? reason : "degraded:" + reason;
    store_.write([&](Session& session) {
        session.upsert("agent_availability", {"agent"},
                       AgentAvailability{agent, true, std::nullopt, marked});
    });
}

std::int64_t Agents::clear_expired() { return clear_expired(nullptr); }

// The condition stands in the UPDATE, so a newer mark is never undone.
std::int64_t Agents::clear_expired(const std::string* only) {
    const Timestamp now = enginebay::now();
    return store_.write([&](Session& session) {
        const enginebay::Dialect& dialect = session.dialect();
        Statement statement{
            fmt::format("UPDATE agent_availability SET available = true, unavailable_until = NULL,"
                        " reason = NULL WHERE {} < {}",
                        dialect.instant("unavailable_until"), dialect.instant("?")),
            now};
        if (only != nullptr) {
            statement.add(" AND agent = ?", *only);
        }
        return statement.execute(session);
    });
}

}  // namespace teleclaude
