// SPDX-License-Identifier: BSL-1.0
// Receiver: what a hook of an AI tool does beside the daemon, in a process of its own: two look-ups
// and one event for the outbox.
// Threads: one.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace teleclaude::load {

/// Opens the database that `config` names, looks up a session and one field of it, enqueues an
/// event. How long that took.
std::chrono::microseconds receive_once(const std::filesystem::path& config);

/// Does it `rounds` times, each in a fresh process of this program (`--receive`). A JSON object of
/// medians and 90th percentiles in milliseconds: of the work inside, and of the whole process.
std::string measure_receivers(const std::filesystem::path& config, int rounds);

}  // namespace teleclaude::load
