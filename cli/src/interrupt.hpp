// SPDX-License-Identifier: BSL-1.0
// Ctrl-C while something is being changed: the change is undone first, then the program ends.
#pragma once

namespace enginebay::cli {

/// From now on the first SIGINT or SIGTERM is only noted; a second one ends the program at once.
void note_interrupts();

[[nodiscard]] bool interrupted() noexcept;

/// 128 and the signal's number, as shells have it.
[[nodiscard]] int interrupted_status() noexcept;

/// Throws Errc::cancelled once interrupted.
void throw_if_interrupted();

}  // namespace enginebay::cli
