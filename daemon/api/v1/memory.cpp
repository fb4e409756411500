// SPDX-License-Identifier: BSL-1.0
// /v1/memory: what sessions learned.
#include "api/input.hpp"
#include "api/output.hpp"
#include "api/v1/v1.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;
using Poco::JSON::Object;

constexpr std::int64_t most = 1'000;

// A rule of the application, not of the table.
constexpr std::array<std::string_view, 7> types{"preference", "decision", "discovery", "gotcha",
                                                "pattern",    "friction", "context"};

Object::Ptr observation(const Observation& row) {
    Object::Ptr object = to_object(row);
    for (const auto& [name, list] : {std::pair{"facts", &row.facts},
                                     {"concepts", &row.concepts},
                                     {"files_read", &row.files_read},
                                     {"files_modified", &row.files_modified}}) {
        if (*list) {
            object->set(name, json_or_text(**list));
        }
    }
    return object;
}

Answer observations(const std::vector<Observation>& rows) {
    Poco::JSON::Array::Ptr list{new Poco::JSON::Array};
    for (const Observation& row : rows) {
        list->add(observation(row));
    }
    Object answer;
    answer.set("observations", list);
    return json(200, answer);
}

Answer save(Store& store, const Request& request) {
    const Body body{request,
                    {"text", "project", "type", "title", "facts", "concepts", "identity_key"}};
    NewObservation fresh;
    fresh.text = body.required_text("text");
    fresh.project = body.text("project").value_or(fresh.project);
    fresh.type = body.text("type").value_or(fresh.type);
    fresh.title = body.text("title").value_or("");
    fresh.facts = body.texts("facts");
    fresh.concepts = body.texts("concepts");
    fresh.identity_key = body.text("identity_key");
    if (std::find(types.begin(), types.end(), fresh.type) == types.end()) {
        throw Error{Errc::input, fmt::format("'type': one of {} is meant", fmt::join(types, ", "))};
    }
    Object answer;
    answer.set("id", store.memory().save(fresh));
    return json(201, answer);
}

Answer list(Store& store, const Request& request) {
    const Query query{request, {"project", "limit", "ids"}};
    if (query.has("ids")) {
        return observations(store.memory().by_ids(query.numbers("ids"), query.text("project")));
    }
    const std::string project = query.text("project");
    return observations(store.memory().recent(project.empty() ? "teleclaude" : project,
                                              query.number("limit", 50, most)));
}

Answer search(Store& store, const Request& request) {
    const Query query{request, {"q", "project", "type", "identity_key", "limit"}};
    MemoryQuery wanted;
    wanted.words = query.text("q");
    wanted.project = query.text("project");
    wanted.type = query.text("type");
    wanted.identity_key = query.text("identity_key");
    wanted.limit = query.number("limit", wanted.limit, most);
    if (wanted.words.empty()) {
        throw Error{Errc::input, "parameter 'q' is missing: the words to search for"};
    }
    return observations(store.memory().search(wanted));
}

Answer timeline(Store& store, const Request& request) {
    const Query query{request, {"anchor", "before", "after", "project"}};
    const std::string anchor = query.text("anchor");
    const auto rows =
        store.memory().timeline(number_in_path(anchor), query.number("before", 3, most),
                                query.number("after", 3, most), query.text("project"));
    return rows.empty() ? none("observation", anchor) : observations(rows);
}

Answer get(Store& store, const Request& request) {
    const std::string& id = request.arguments.at("id");
    const auto rows = store.memory().by_ids({number_in_path(id)});
    return rows.empty() ? none("observation", id) : json(200, *observation(rows.front()));
}

Answer remove(Store& store, const Request& request) {
    const std::string& id = request.arguments.at("id");
    return store.memory().remove(number_in_path(id)) ? Answer{204, {}, {}}
                                                     : none("observation", id);
}

}  // namespace

std::vector<Resource> memory_resources(Store& store) {
    const auto with = [&store](auto* function) {
        return [&store, function](const Request& request) { return function(store, request); };
    };
    return {{"/v1/memory", {{"POST", with(save)}, {"GET", with(list)}}},
            {"/v1/memory/search", {{"GET", with(search)}}},
            {"/v1/memory/timeline", {{"GET", with(timeline)}}},
            {"/v1/memory/{id}", {{"GET", with(get)}, {"DELETE", with(remove)}}}};
}

}  // namespace teleclaude
