// SPDX-License-Identifier: BSL-1.0
// Reads a file whole; only a file, and only one that a person may have written.
// Threads: any.
#pragma once

#include <enginebay/error.hpp>

#include <cstddef>
#include <filesystem>
#include <string>

namespace enginebay::yaml {

inline constexpr std::size_t largest_file = std::size_t{1} << 20U;

/// Its bytes; of a file that is too large, more than are allowed. Throws `errc` for what is no file
/// (a directory, a pipe, a device: reading those may never end) and for one that cannot be read,
/// Errc::permission where that is for want of a right.
std::string read_file(const std::filesystem::path& file, Errc errc);

}  // namespace enginebay::yaml
