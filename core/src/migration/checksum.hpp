// SPDX-License-Identifier: BSL-1.0
// The checksum of what a revision means for a database that has run it.
// Threads: pure.
#pragma once

#include <enginebay/revision.hpp>

#include <string>
#include <string_view>

namespace enginebay::migration {

/// `1:` and SHA-256 in hexadecimal over the canonical form of `backends` and `upgrade`. Comments,
/// order of keys, layout, message, and the way back do not count: none of them changes what an
/// upgraded database looks like.
std::string checksum(const Revision& revision);

/// The form the checksum is taken of; tests and messages look at it.
std::string canonical(const Revision& revision);

/// That form as lines for people: `name: value`, and what belongs to a thing indented below it.
/// Bytes that cannot be shown are written as `?`. Stops where the text is none of that form.
std::string readable(std::string_view canonical);

/// SQL without comments, every run of white space outside quotes one space, no final semicolon.
std::string normalized_sql(std::string_view sql);

}  // namespace enginebay::migration
