// SPDX-License-Identifier: BSL-1.0
// The list of the resources under /v1.
#include "api/v1/v1.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace teleclaude {

std::vector<Resource> v1_resources(Store& store) {
    std::vector<Resource> all;
    for (auto* part : {session_resources, voice_resources, setting_resources, agent_resources,
                       hook_resources, memory_resources}) {
        std::vector<Resource> resources = part(store);
        std::move(resources.begin(), resources.end(), std::back_inserter(all));
    }
    return all;
}

Answer none(const std::string& what, const std::string& name) {
    return failure(404, "not_found", fmt::format("there is no {} '{}'", what, name));
}

}  // namespace teleclaude
