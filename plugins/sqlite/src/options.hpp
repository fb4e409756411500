// SPDX-License-Identifier: BSL-1.0
// The plugin's own configuration keys, read and checked once.
// Threads: a value.
#pragma once

#include <enginebay/config.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace enginebay::sqlite {

struct Options {
    bool full_durability{false};                    ///< durability: normal | full
    std::chrono::milliseconds busy_timeout{5'000};  ///< busy_timeout: 5s, 500ms, or milliseconds
    std::optional<std::int64_t> cache_size;         ///< cache_size: pages, or KiB when negative
    std::string lock_file;                          ///< lock_file: a path, `none`, or empty
    bool network_file_system{false};                ///< network_filesystem: refuse | allow
};

/// Throws Errc::configuration and names the key; for an unknown one also the key that was meant.
[[nodiscard]] Options read_options(const DatabaseConfig& config);

}  // namespace enginebay::sqlite
