// SPDX-License-Identifier: BSL-1.0
// What autogenerate left for a person to decide: comments `# DECIDE:` in the files of revisions.
// Threads: any.
#pragma once

#include <enginebay/revision.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::migration {

/// The rule of lint, and the word under `allow:`.
inline constexpr std::string_view undecided_rule = "undecided";
inline constexpr std::string_view undecided_remedy =
    "decide, change the operations if need be, and take the comment away";

struct Remark {
    std::uint32_t line;  ///< of its beginning, from 1
    std::string words;   ///< those of all its lines
};

/// The comments that are still in the revision's file, in order; none where the file allows them,
/// and where there is no file (any more). Throws Errc::permission and Errc::input for one that
/// cannot be read.
std::vector<Remark> undecided(const Revision& revision);

/// Throws Errc::input, with file and line, for the first of `steps` that runs on the backend and
/// has such a comment.
void require_decided(std::span<const Revision* const> steps, const std::string& backend);

}  // namespace enginebay::migration
