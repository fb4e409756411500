// SPDX-License-Identifier: BSL-1.0
// /v1/agents: which of the AI tools can be used now.
#include "api/input.hpp"
#include "api/output.hpp"
#include "api/v1/v1.hpp"

#include <enginebay/error.hpp>

namespace teleclaude {
namespace {

Poco::JSON::Object::Ptr with_status(const AgentAvailability& row) {
    Poco::JSON::Object::Ptr object = to_object(row);
    object->set("status", std::string{row.status()});
    return object;
}

Answer list(Store& store, const Request& request) {
    const Query query{request, {}};
    Poco::JSON::Array::Ptr agents{new Poco::JSON::Array};
    for (const AgentAvailability& row : store.agents().all()) {
        agents->add(with_status(row));
    }
    Poco::JSON::Object answer;
    answer.set("agents", agents);
    return json(200, answer);
}

Answer get(Store& store, const Request& request) {
    const std::string& agent = request.arguments.at("agent");
    const auto row = store.agents().get(agent);
    return row ? json(200, *with_status(*row)) : none("agent", agent);
}

Answer put(Store& store, const Request& request) {
    const Body body{request, {"available", "unavailable_until", "reason"}};
    const std::string& agent = request.arguments.at("agent");
    const auto available = body.truth("available");
    const auto until = body.time("unavailable_until");
    const auto reason = body.text("reason");
    if (!available) {
        throw enginebay::Error{enginebay::Errc::input, "'available' is missing"};
    }
    if (!*available) {
        store.agents().mark_unavailable(agent, until, reason);
    } else if (until) {
        throw enginebay::Error{enginebay::Errc::input,
                               "'unavailable_until' is for agents that are not available"};
    } else if (reason && !reason->empty()) {
        store.agents().mark_degraded(agent, *reason);
    } else {
        store.agents().mark_available(agent);
    }
    return get(store, request);
}

}  // namespace

std::vector<Resource> agent_resources(Store& store) {
    const auto with = [&store](auto* function) {
        return [&store, function](const Request& request) { return function(store, request); };
    };
    return {{"/v1/agents", {{"GET", with(list)}}},
            {"/v1/agents/{agent}", {{"GET", with(get)}, {"PUT", with(put)}}}};
}

}  // namespace teleclaude
