// SPDX-License-Identifier: BSL-1.0
// What kind of statement a text is, told by its first word.
// Threads: the functions are pure; a StatementKinds belongs to one session at a time.
#pragma once

#include <enginebay/observer.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enginebay {

/// Looks at the first word only; texts where that is not enough (WITH, a comment in front) are
/// searched once and remembered.
class StatementKinds {
public:
    StatementKind of(std::string_view sql);

private:
    std::vector<std::pair<std::string, StatementKind>> searched_;
};

}  // namespace enginebay
