// SPDX-License-Identifier: BSL-1.0
// /v1/settings: texts by key.
#include "api/input.hpp"
#include "api/output.hpp"
#include "api/v1/v1.hpp"

#include <enginebay/error.hpp>

namespace teleclaude {
namespace {

Answer list(Store& store, const Request& request) {
    const Query query{request, {}};
    Poco::JSON::Object answer;
    answer.set("settings", to_array(store.settings().all()));
    return json(200, answer);
}

Answer get(Store& store, const Request& request) {
    const std::string& key = request.arguments.at("key");
    const auto row = store.settings().find(key);
    return row ? json(200, *to_object(*row)) : none("setting", key);
}

Answer put(Store& store, const Request& request) {
    const Body body{request, {"value"}};
    const auto value = body.text("value");
    if (!value) {
        throw enginebay::Error{enginebay::Errc::input, "'value' is missing"};
    }
    store.settings().set(request.arguments.at("key"), *value);
    return get(store, request);
}

}  // namespace

std::vector<Resource> setting_resources(Store& store) {
    const auto with = [&store](auto* function) {
        return [&store, function](const Request& request) { return function(store, request); };
    };
    return {{"/v1/settings", {{"GET", with(list)}}},
            {"/v1/settings/{key}", {{"GET", with(get)}, {"PUT", with(put)}}}};
}

}  // namespace teleclaude
