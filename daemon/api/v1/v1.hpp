// SPDX-License-Identifier: BSL-1.0
// The resources under /v1: what docs/openapi.yaml describes.
// Threads: many at once.
#pragma once

#include "api/http.hpp"
#include "store/store.hpp"

#include <vector>

namespace teleclaude {

std::vector<Resource> session_resources(Store& store);
std::vector<Resource> voice_resources(Store& store);
std::vector<Resource> setting_resources(Store& store);
std::vector<Resource> agent_resources(Store& store);
std::vector<Resource> hook_resources(Store& store);
std::vector<Resource> memory_resources(Store& store);

/// All of them.
std::vector<Resource> v1_resources(Store& store);

/// 404: there is no such thing.
Answer none(const std::string& what, const std::string& name);

}  // namespace teleclaude
