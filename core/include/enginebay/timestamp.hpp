// SPDX-License-Identifier: BSL-1.0
// Instants as text: the one written form, and every spelling that is read.
// Threads: pure functions.
#pragma once

#include <enginebay/export.hpp>
#include <enginebay/value.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace enginebay {

/// `YYYY-MM-DD HH:MM:SS.ffffff` in UTC: sorts as text in the order of the instants, together with
/// what SQL's CURRENT_TIMESTAMP writes.
struct TimestampText {
    std::array<char, 26> characters;
    [[nodiscard]] std::string_view view() const noexcept {
        return {characters.data(), characters.size()};
    }
};

/// Throws Errc::value outside the years 0000 to 9999, which the form cannot hold.
ENGINEBAY_API TimestampText to_text(Timestamp instant);

/// Reads `YYYY-MM-DD`, then optionally a space or `T` with `HH:MM[:SS[.f...]]`, then optionally `Z`
/// or an offset `+HH[[:]MM]`; without an offset it is UTC. Fractions beyond microseconds are cut
/// off. Nothing for anything else, including dates and times that do not exist.
ENGINEBAY_API std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept;

}  // namespace enginebay
