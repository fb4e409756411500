// SPDX-License-Identifier: BSL-1.0
// What a person does with a revision that autogenerate wrote, once everything is decided.
// Threads: any.
#pragma once

#include "support/temporary_folder.hpp"

#include <filesystem>
#include <sstream>
#include <string>

namespace enginebay::testing {

/// Takes the comments `# DECIDE:` out of the file, with their further lines; everything else stays.
/// Gives how many there were.
inline unsigned take_decisions_away(const std::filesystem::path& file) {
    std::istringstream lines{read_file(file)};
    std::string kept;
    std::string line;
    unsigned count = 0;
    bool open = false;
    while (std::getline(lines, line)) {
        const std::size_t start = line.find_first_not_of(' ');
        const bool begins = start != std::string::npos && line.compare(start, 9, "# DECIDE:") == 0;
        open = begins || (open && start != std::string::npos && line[start] == '#');
        count += begins ? 1 : 0;
        kept += open ? "" : line + "\n";
    }
    write_file(file, kept);
    return count;
}

}  // namespace enginebay::testing
