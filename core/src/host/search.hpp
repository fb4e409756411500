// SPDX-License-Identifier: BSL-1.0
// Where plugins are looked for, and which files are there.
// Threads: free functions without state.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::host {

/// A folder of the search path and what is in it.
struct Folder {
    std::filesystem::path path;
    bool exists{true};
    std::string problem;                       ///< why it could not be read; empty when it could
    std::vector<std::filesystem::path> files;  ///< every `*.so`, sorted
};

/// `configured`, then the folder beside the program, then the installed one; each once.
std::vector<std::filesystem::path> usual_search_path(
    const std::vector<std::filesystem::path>& configured);

/// Throws Errc::configuration for a folder that is relative or empty.
void require_absolute(const std::vector<std::filesystem::path>& folders);

Folder read_folder(const std::filesystem::path& folder);

/// What stands at `folder/<name>.so`: a candidate, or (`there` false) why there is none.
struct Candidate {
    std::filesystem::path file;
    bool there{false};
    std::string problem;  ///< when not there: "no such file", "no such folder", "Permission denied"
};
Candidate candidate(const std::filesystem::path& folder, std::string_view name);

}  // namespace enginebay::host
