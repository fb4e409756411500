// SPDX-License-Identifier: BSL-1.0
// The list of the resources under /v1.
#include "api/v1/v1.hpp"

#include "api/input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace teleclaude {
namespace {

using Method = std::function<Answer(const Request&)>;

/// Only lists take parameters; everywhere else one is a mistake, which is not passed over.
Method without_parameters(Method method) {
    return [method = std::move(method)](const Request& request) {
        const Query none{request, {}};
        return method(request);
    };
}

void refuse_parameters(Resource& resource) {
    const bool is_list = resource.path.find('{') == std::string::npos;
    for (auto& [name, method] : resource.methods) {
        if (name != "GET" || !is_list) {
            method = without_parameters(std::move(method));
        }
    }
}

}  // namespace

std::vector<Resource> v1_resources(Store& store) {
    std::vector<Resource> all;
    for (auto* part : {session_resources, voice_resources, setting_resources, agent_resources,
                       hook_resources, memory_resources}) {
        std::vector<Resource> resources = part(store);
        std::for_each(resources.begin(), resources.end(), refuse_parameters);
        std::move(resources.begin(), resources.end(), std::back_inserter(all));
    }
    return all;
}

Answer none(const std::string& what, const std::string& name) {
    return failure(404, "not_found", fmt::format("there is no {} '{}'", what, name));
}

}  // namespace teleclaude
