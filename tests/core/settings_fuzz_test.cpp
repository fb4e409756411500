// SPDX-License-Identifier: BSL-1.0
// Settings: files that nobody wrote on purpose either load or are refused, and nothing else
// happens.
#include "core/settings_fixture.hpp"

#include <array>
#include <random>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view whole_file = R"(# comment
database:
  engine: beta
  path: ${WORKING_DIR}/x.db
  host: "h"
  port: 5432
  dbname: 'd'
  user: u
  password: hunter2
  pool: {size: 5, overflow: 3, timeout: 30s, recycle: 1h}
  options: {a: 1, c: ~}
plugins: {path: [/a, /b]}
migrations: {path: m, on_start: upgrade}
other: &x {list: [1, *x]}
)";

/// Pieces that mean something to a YAML parser or to the settings.
constexpr std::array<std::string_view, 32> pieces{
    "{",  "}",    "[",   "]",   ":",   ": ",     "- ",   "\n",   "\n  ",  "\t",         "'",
    "\"", "#",    "&a ", "*a ", "!",   "!!str ", "|\n",  ">-\n", "---\n", "...\n",      "%YAML 9\n",
    "${", "${X}", "$$",  "\\",  "\\0", "? ",     "<<: ", "~",    "\xFF",  "database:\n"};

std::string mutated(std::mt19937& random) {
    std::string text{whole_file};
    const auto below = [&random](std::size_t bound) {
        return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random);
    };
    for (std::size_t i = below(6) + 1; i > 0 && !text.empty(); --i) {
        const std::size_t at = below(text.size());
        switch (below(5)) {
            case 0:
                text.erase(at, below(20) + 1);
                break;
            case 1:
                text.insert(at, pieces.at(below(pieces.size())));
                break;
            case 2:
                text[at] = static_cast<char>(below(256));
                break;
            case 3:
                text.insert(at, text.substr(below(text.size()), below(60)));
                break;
            default:
                text.resize(at);
        }
    }
    return text;
}

TEST_F(SettingsTest, mutated_files_load_or_are_refused) {
    constexpr std::uint32_t seed = 20'240'229;
    constexpr int rounds = 20'000;
    std::mt19937 random{seed};
    int loaded = 0;
    for (int round = 0; round < rounds; ++round) {
        const std::string yaml = mutated(random);
        std::filesystem::remove(file());  // to write over it would wait for the disk
        write_file(file(), yaml);
        try {
            static_cast<void>(load());
            ++loaded;
        } catch (const Error& error) {
            ASSERT_NE(error.code(), Errc::internal) << yaml;
            ASSERT_THAT(error.what(), HasSubstr(file().filename().string())) << yaml;
        }  // anything else ends the test program
    }
    EXPECT_GT(loaded, 0);
    EXPECT_LT(loaded, rounds);
}

}  // namespace
}  // namespace enginebay::testing
