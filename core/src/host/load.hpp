// SPDX-License-Identifier: BSL-1.0
// Steps 6 and 7 of loading: dlopen, and the descriptor against the note.
#pragma once

#include "host/verify.hpp"

#include <enginebay/plugin.hpp>

#include <mutex>

namespace enginebay::host {

/// Loads a verified candidate for the life of the process. Throws Refusal. The caller holds
/// loading().
const PluginDescriptor& load(const Verified& candidate);

/// Held by whoever loads: one at a time in the whole process, and no fork while another loads.
std::mutex& loading() noexcept;

/// The cause in the words of dlerror, told apart, with the next step. Never empty.
std::string explain_dlerror(const std::string& text, const std::string& file);

}  // namespace enginebay::host
