// SPDX-License-Identifier: BSL-1.0
// Answers: the command tag and the SQLSTATE, read.
#include "answers.hpp"

#include "error_map.hpp"
#include "placeholders.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cstring>

namespace enginebay::postgresql {

std::int64_t rows_changed(PGresult* result) noexcept {
    const char* const tag = PQcmdStatus(result);
    if (tag == nullptr || std::strchr("IUDM", tag[0]) == nullptr ||
        std::strncmp(tag, "MOVE", 4) == 0) {
        return 0;
    }
    std::int64_t rows = 0;
    const std::string_view digits = PQcmdTuples(result);
    std::from_chars(digits.data(), digits.data() + digits.size(), rows);
    return rows;
}

bool may_be_outdated(const PGresult* result) noexcept {
    const std::string_view state = sqlstate_of(result);
    return is_stale_plan(result) || (state.starts_with("42") && state != "42501") ||
           state.starts_with("22P0");
}

void require_count(std::string_view sql, std::size_t wanted, std::size_t given) {
    if (wanted == given) {
        return;
    }
    Error error{Errc::usage, fmt::format("`{}` has {} placeholders, but {} values were given",
                                         abbreviated(sql), wanted, given)};
    throw error.sql(sql);
}

}  // namespace enginebay::postgresql
