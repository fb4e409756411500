// SPDX-License-Identifier: BSL-1.0
// /v1/voices: which voice speaks for which session.
#include "api/input.hpp"
#include "api/output.hpp"
#include "api/v1/v1.hpp"

namespace teleclaude {
namespace {

Answer in_use(Store& store, const Request& request) {
    const Query query{request, {}};
    Poco::JSON::Array::Ptr list{new Poco::JSON::Array};
    for (const auto& [service, voice] : store.voices().in_use()) {
        Poco::JSON::Object::Ptr entry{new Poco::JSON::Object{Poco::JSON_PRESERVE_KEY_ORDER}};
        entry->set("service_name", service);
        entry->set("voice", voice);
        list->add(entry);
    }
    Poco::JSON::Object answer;
    answer.set("voices", list);
    return json(200, answer);
}

Answer get(Store& store, const Request& request) {
    const std::string& id = request.arguments.at("id");
    const auto row = store.voices().find(id);
    return row ? json(200, *to_object(*row)) : none("voice of", id);
}

Answer put(Store& store, const Request& request) {
    const Body body{request, {"service_name", "voice"}};
    store.voices().assign(request.arguments.at("id"), body.required_text("service_name"),
                          body.text("voice").value_or(""));
    return get(store, request);
}

}  // namespace

std::vector<Resource> voice_resources(Store& store) {
    const auto with = [&store](auto* function) {
        return [&store, function](const Request& request) { return function(store, request); };
    };
    return {{"/v1/voices", {{"GET", with(in_use)}}},
            {"/v1/voices/{id}", {{"GET", with(get)}, {"PUT", with(put)}}}};
}

}  // namespace teleclaude
