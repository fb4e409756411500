// SPDX-License-Identifier: BSL-1.0
// /v1/hooks: events of the AI tools' hooks, enqueued, claimed in batches, marked.
#include "api/input.hpp"
#include "api/output.hpp"
#include "api/v1/v1.hpp"
#include "store/json_text.hpp"

#include <enginebay/error.hpp>
#include <enginebay/timestamp.hpp>

#include <fmt/format.h>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;
using Poco::JSON::Object;

constexpr std::int64_t usual_batch = 25;
constexpr std::int64_t largest_batch = 1'000;

Answer with_id(int status, std::int64_t id) {
    Object answer;
    answer.set("id", id);
    return json(status, answer);
}

Answer enqueue(Store& store, const Request& request) {
    const Body body{request, {"session_id", "event_type", "payload"}};
    const std::string session_id = body.required_text("session_id");
    const std::string event_type = body.required_text("event_type");
    if (!body.has("payload")) {
        throw Error{Errc::input, "'payload' is missing"};
    }
    return with_id(201,
                   store.hooks().enqueue(session_id, event_type, to_json(body.value("payload"))));
}

Object::Ptr claimed_object(const Hook& hook) {
    Object::Ptr object{new Object{Poco::JSON_PRESERVE_KEY_ORDER}};
    object->set("id", hook.id);
    object->set("session_id", hook.session_id);
    object->set("event_type", hook.event_type);
    object->set("payload", json_or_text(hook.payload));
    object->set("attempt_count", hook.attempt_count);
    object->set("claim", to_var(hook.locked_at));
    return object;
}

Answer claim(Store& store, const Request& request) {
    const Body body{request, {"limit"}};
    const std::int64_t limit = body.number("limit").value_or(usual_batch);
    if (limit < 1 || limit > largest_batch) {
        throw Error{Errc::input,
                    fmt::format("'limit': a whole number from 1 to {} is meant", largest_batch)};
    }
    Poco::JSON::Array::Ptr hooks{new Poco::JSON::Array};
    for (const Hook& hook : store.hooks().claim(limit)) {
        hooks->add(claimed_object(hook));
    }
    Object answer;
    answer.set("hooks", hooks);
    return json(200, answer);
}

Answer get(Store& store, const Request& request) {
    const std::string& id = request.arguments.at("id");
    const auto hook = store.hooks().get(number_in_path(id));
    if (!hook) {
        return none("hook", id);
    }
    Object::Ptr object = to_object(*hook);
    object->set("payload", json_or_text(hook->payload));
    return json(200, *object);
}

Answer answer_for(Marked marked, const std::string& id) {
    switch (marked) {
        case Marked::done:
            return with_id(200, number_in_path(id));
        case Marked::unknown:
            return none("hook", id);
        case Marked::ended:
            return failure(409, "ended", fmt::format("hook {} has been delivered already", id));
        default:
            return failure(409, "claimed",
                           fmt::format("hook {} is not yours: the claim ended, and "
                                       "another may have it now",
                                       id));
    }
}

Answer delivered(Store& store, const Request& request) {
    const Body body{request, {"claim", "error"}};
    const std::string& id = request.arguments.at("id");
    const Marked marked =
        store.hooks().delivered(number_in_path(id), body.time("claim"), body.text("error"));
    // Whoever did not get the first answer asks again.
    return answer_for(marked == Marked::ended ? Marked::done : marked, id);
}

Answer failed(Store& store, const Request& request) {
    const Body body{request, {"claim", "error"}};
    const std::string& id = request.arguments.at("id");
    return answer_for(store.hooks().failed(number_in_path(id), body.time("claim"),
                                           body.text("error").value_or("")),
                      id);
}

Answer renew(Store& store, const Request& request) {
    const Body body{request, {"claim"}};
    const std::string& id = request.arguments.at("id");
    const auto claim = body.time("claim");
    if (!claim) {
        throw Error{Errc::input, "'claim' is missing"};
    }
    const auto renewed = store.hooks().renew(number_in_path(id), *claim);
    if (!renewed) {
        return answer_for(Marked::claimed, id);
    }
    Object answer{Poco::JSON_PRESERVE_KEY_ORDER};
    answer.set("id", number_in_path(id));
    answer.set("claim", to_var(*renewed));
    return json(200, answer);
}

}  // namespace

std::vector<Resource> hook_resources(Store& store) {
    const auto with = [&store](auto* function) {
        return [&store, function](const Request& request) { return function(store, request); };
    };
    return {{"/v1/hooks", {{"POST", with(enqueue)}}},
            {"/v1/hooks/claim", {{"POST", with(claim)}}},
            {"/v1/hooks/{id}", {{"GET", with(get)}}},
            {"/v1/hooks/{id}/delivered", {{"POST", with(delivered)}}},
            {"/v1/hooks/{id}/failed", {{"POST", with(failed)}}},
            {"/v1/hooks/{id}/renew", {{"POST", with(renew)}}}};
}

}  // namespace teleclaude
