// SPDX-License-Identifier: BSL-1.0
// The search path and the candidates on it.
#include "host/search.hpp"

#include "host/refusal.hpp"

#include <enginebay/error.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace enginebay::host {
namespace fs = std::filesystem;

std::vector<fs::path> usual_search_path(const std::vector<fs::path>& configured) {
    std::vector<fs::path> folders;
    const auto add = [&folders](const fs::path& folder) {
        const fs::path plain = folder.lexically_normal();
        if (std::find(folders.begin(), folders.end(), plain) == folders.end()) {
            folders.push_back(plain);
        }
    };
    for (const fs::path& folder : configured) {
        add(folder);
    }
    // The kernel's own word for the running program: argv[0] is only what the caller said.
    std::error_code unknown;
    const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
    if (!unknown) {
        add(program.parent_path().parent_path() / "lib" / "enginebay" / "plugins");
    }
    add(ENGINEBAY_INSTALLED_PLUGIN_DIR);
    return folders;
}

void require_absolute(const std::vector<fs::path>& folders) {
    for (const fs::path& folder : folders) {
        if (!folder.is_absolute()) {
            throw Error{Errc::configuration,
                        "cannot look for plugins in '" + folder.string() +
                            "': the path is relative, and the working directory is never searched. "
                            "Give the folder's absolute path."};
        }
    }
}

Folder read_folder(const fs::path& folder) {
    Folder result{folder, true, {}, {}};
    std::error_code error;
    fs::directory_iterator entry{folder, error};
    while (!error && entry != fs::directory_iterator{}) {
        if (entry->path().extension() == ".so") {
            result.files.push_back(entry->path());
        }
        entry.increment(error);
    }
    if (error) {
        result.exists = error != std::errc::no_such_file_or_directory;
        result.problem = result.exists ? system_text(error.value()) : "no such folder";
    }
    std::sort(result.files.begin(), result.files.end());
    return result;
}

Candidate candidate(const fs::path& folder, std::string_view name) {
    Candidate result{folder / (std::string{name} + ".so"), false, {}};
    struct stat facts{};
    if (::lstat(result.file.c_str(), &facts) == 0) {
        result.there = true;
    } else if (errno != ENOENT) {
        result.problem = system_text(errno);
    } else {
        std::error_code unknown;
        result.problem = fs::exists(folder, unknown) ? "no such file" : "no such folder";
    }
    return result;
}

}  // namespace enginebay::host
