// SPDX-License-Identifier: BSL-1.0
// What a backend can do beyond the contract's minimum, as it states itself.
// Threads: a value. The plugin's note, its engine and the conformance suite all read this one set,
// so that product, file and tests cannot disagree.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace enginebay {

enum class Capability : std::uint32_t {
    transactional_ddl = 1U << 0U,  ///< CREATE, ALTER and DROP are undone by a rollback
    full_text = 1U << 1U,          ///< search indexes
    parallel_writers = 1U << 2U,   ///< two write transactions at once
    skip_locked = 1U << 3U,        ///< queue rows can be claimed past locked ones
    native_boolean = 1U << 4U,     ///< a boolean reads back as Kind::boolean
    native_timestamp = 1U << 5U,   ///< a timestamp reads back as Kind::timestamp
    cancel = 1U << 6U,             ///< cancel() ends a running statement
    alter_column = 1U << 7U,       ///< type and nullability change without copying the table
    online_index = 1U << 8U,       ///< an index can be built while writers go on
    remote_lock = 1U << 9U,        ///< the instance lock works between machines and can be lost
};

struct CapabilityName {
    Capability capability;
    std::string_view name;
};

inline constexpr std::array<CapabilityName, 10> capability_names{{
    {Capability::transactional_ddl, "transactional_ddl"},
    {Capability::full_text, "full_text"},
    {Capability::parallel_writers, "parallel_writers"},
    {Capability::skip_locked, "skip_locked"},
    {Capability::native_boolean, "native_boolean"},
    {Capability::native_timestamp, "native_timestamp"},
    {Capability::cancel, "cancel"},
    {Capability::alter_column, "alter_column"},
    {Capability::online_index, "online_index"},
    {Capability::remote_lock, "remote_lock"},
}};

class Capabilities {
public:
    constexpr Capabilities() noexcept = default;
    constexpr Capabilities(std::initializer_list<Capability> list) noexcept {
        for (const Capability capability : list) {
            bits_ |= static_cast<std::uint32_t>(capability);
        }
    }
    [[nodiscard]] constexpr bool has(Capability capability) const noexcept {
        return (bits_ & static_cast<std::uint32_t>(capability)) != 0;
    }
    constexpr void set(Capability capability, bool there) noexcept {
        const auto bit = static_cast<std::uint32_t>(capability);
        bits_ = there ? bits_ | bit : bits_ & ~bit;
    }
    constexpr bool operator==(const Capabilities&) const noexcept = default;

private:
    std::uint32_t bits_{0};
};

}  // namespace enginebay
