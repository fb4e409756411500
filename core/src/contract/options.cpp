// SPDX-License-Identifier: BSL-1.0
// Words for values that are refused.
#include <enginebay/options.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace enginebay {
namespace {

// Levenshtein's distance (V. Levenshtein, 1966), one row at a time.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
    // A third of the letters may be wrong; more is a guess, not a help.
    std::size_t best = std::max<std::size_t>(2, word.size() / 3) + 1;
    std::string_view nearest;
    for (const std::string_view candidate : known) {
        const std::size_t d = distance(word, candidate);
        if (d < best && d < candidate.size()) {
            best = d;
            nearest = candidate;
        }
    }
    return nearest.empty() ? std::string{} : fmt::format(" (did you mean '{}'?)", nearest);
}

Error refused_value(const DatabaseConfig& config, std::string_view key, std::string_view why) {
    const auto place = config.written_at.find(std::string{key});
    const std::string where = place == config.written_at.end() ? std::string{} : place->second;
    Error error{Errc::configuration,
                fmt::format("{}{}database.{}: {}", where, where.empty() ? "" : ": ", key, why)};
    error.where(where).object(fmt::format("database.{}", key));
    return error;
}

Error unknown_option(const DatabaseConfig& config, std::string_view option,
                     std::span<const std::string_view> known) {
    return refused_value(
        config, fmt::format("options.{}", option),
        fmt::format("the backend '{}' has no such option{}; it has {}", config.engine,
                    did_you_mean(option, known), fmt::join(known, ", ")));
}

}  // namespace enginebay
