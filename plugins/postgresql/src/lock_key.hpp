// SPDX-License-Identifier: BSL-1.0
// lock_key(): the number an advisory lock goes by.
// Threads: a pure function.
#pragma once

#include <cstdint>
#include <string_view>

namespace enginebay::postgresql {

using LockKey = std::int64_t;

/// The same for the same four names in every build; two products, or two schemas of one database,
/// never meet by accident. FNV-1a: a name for a number, not a secret.
constexpr LockKey lock_key(std::string_view product, std::string_view name,
                           std::string_view database, std::string_view schema) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const std::string_view part : {product, name, database, schema}) {
        for (const char c : part) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        }
        hash = (hash ^ 0xffU) * 0x100000001b3U;  // no byte of UTF-8: where a part ends
    }
    return static_cast<LockKey>(hash);
}

}  // namespace enginebay::postgresql
