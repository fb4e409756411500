// SPDX-License-Identifier: BSL-1.0
// /v1/sessions: creating, finding, changing, closing, deleting.
#include "api/input.hpp"
#include "api/output.hpp"
#include "api/v1/v1.hpp"
#include "store/json_text.hpp"
#include "store/session_columns.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <limits>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;
using enginebay::Value;
using Poco::Dynamic::Var;

std::vector<std::string_view> column_names() {
    std::vector<std::string_view> names;
    for (const SessionColumn& column : session_columns()) {
        names.push_back(column.name);
    }
    return names;
}

// Objects and lists may be sent as what they are where the column keeps JSON.
Value to_value(const SessionColumn& column, const Var& value) {
    const bool keeps_json = column.meaning == Meaning::json || column.name == "adapter_metadata";
    if (value.isEmpty()) {
        return std::monostate{};
    }
    if (value.isBoolean()) {
        return value.extract<bool>();
    }
    if (const auto number = json_integer(value)) {
        return *number;
    }
    if (value.isString()) {
        return value.toString();
    }
    if (keeps_json && !value.isNumeric()) {
        return to_json(value);
    }
    throw Error{Errc::value, fmt::format("session field '{}': {} is no value it can take",
                                         column.name, to_json(value))};
}

SessionChanges changes_from(const Body& body) {
    SessionChanges changes;
    for (const std::string& name : body.names()) {
        changes.emplace(name, to_value(session_column(name), body.value(name)));
    }
    return changes;
}

Answer create(Store& store, const Request& request) {
    const Body body{request, column_names()};
    NewSession session;
    session.session_id = body.text("session_id").value_or("");
    session.computer_name = body.required_text("computer_name");
    session.last_input_origin = "api";
    session.title = body.text("title").value_or("");
    session.lifecycle_status = body.text("lifecycle_status").value_or("active");
    session.more = changes_from(body);
    const bool headless = session.lifecycle_status == "headless";
    for (const char* set : {"session_id", "computer_name", "title", "lifecycle_status"}) {
        session.more.erase(set);
    }
    const SessionRow made = headless ? store.sessions().create_headless(std::move(session))
                                     : store.sessions().create(std::move(session));
    return json(201, *to_object(made));
}

Answer list(Store& store, const Request& request) {
    const Query query{
        request,
        {"computer_name", "last_input_origin", "include_closed", "include_initializing",
         "include_headless", "limit", "title", "adapter", "key", "value"}};
    const bool closed = query.truth("include_closed");
    std::vector<SessionRow> rows;
    if (query.has("title")) {
        rows = store.sessions().by_title(query.text("title"), closed);
    } else if (query.has("adapter")) {
        const auto number = json_integer(json_or_text(query.text("value")));
        rows = store.sessions().by_metadata(query.text("adapter"), query.text("key"),
                                            number ? Value{*number} : Value{query.text("value")},
                                            closed);
    } else {
        SessionFilter filter;
        filter.computer_name = query.text("computer_name");
        filter.last_input_origin = query.text("last_input_origin");
        filter.include_closed = closed;
        filter.include_initializing = query.truth("include_initializing");
        filter.include_headless = query.truth("include_headless");
        filter.limit = query.number("limit", std::numeric_limits<std::int32_t>::max(),
                                    std::numeric_limits<std::int32_t>::max());
        rows = store.sessions().list(filter);
    }
    Poco::JSON::Object answer;
    answer.set("sessions", to_array(rows));
    return json(200, answer);
}

Answer get(Store& store, const Request& request) {
    const std::string& id = request.arguments.at("id");
    const auto row = store.sessions().get(id);
    return row ? json(200, *to_object(*row)) : none("session", id);
}

Answer update(Store& store, const Request& request) {
    const std::string& id = request.arguments.at("id");
    const Body body{request, column_names()};
    return store.sessions().update(id, changes_from(body)) ? get(store, request)
                                                           : none("session", id);
}

Answer close(Store& store, const Request& request) {
    const std::string& id = request.arguments.at("id");
    const Body body{request, {}};
    return store.sessions().close(id) ? get(store, request) : none("session", id);
}

Answer remove(Store& store, const Request& request) {
    const std::string& id = request.arguments.at("id");
    return store.sessions().remove(id) ? Answer{204, {}, {}} : none("session", id);
}

}  // namespace

std::vector<Resource> session_resources(Store& store) {
    const auto with = [&store](auto* function) {
        return [&store, function](const Request& request) { return function(store, request); };
    };
    return {{"/v1/sessions", {{"POST", with(create)}, {"GET", with(list)}}},
            {"/v1/sessions/{id}",
             {{"GET", with(get)}, {"PATCH", with(update)}, {"DELETE", with(remove)}}},
            {"/v1/sessions/{id}/close", {{"POST", with(close)}}}};
}

}  // namespace teleclaude
