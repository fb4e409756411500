// SPDX-License-Identifier: BSL-1.0
// A new file, whole or not at all.
// Threads: any; of several writers of one name one wins, the others are refused.
#pragma once

#include <filesystem>
#include <string_view>

namespace enginebay::migration {

/// Throws Errc::input where the file exists, Errc::io or Errc::permission where it cannot be
/// written; then nothing is left behind.
void write_new_file(const std::filesystem::path& file, std::string_view text);

}  // namespace enginebay::migration
