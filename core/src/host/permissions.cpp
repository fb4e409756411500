// SPDX-License-Identifier: BSL-1.0
// Who may write a plugin's file and the folders on its path.
#include "host/permissions.hpp"

#include "host/refusal.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <vector>

namespace enginebay::host {
namespace {
namespace fs = std::filesystem;

bool in_system_folder(const fs::path& path) {
    constexpr std::array<std::string_view, 7> system{"bin", "etc",  "lib", "lib64",
                                                     "opt", "sbin", "usr"};
    auto part = path.begin();
    return part != path.end() && ++part != path.end() &&
           std::find(system.begin(), system.end(), part->string()) != system.end();
}

/// The folders from the root down, as written and with symbolic links resolved: who may write
/// either chain decides which file is found.
std::vector<fs::path> folders_above(const fs::path& file) {
    std::vector<fs::path> folders;
    std::error_code unknown;
    for (const fs::path& start :
         {fs::path{file.parent_path()}, fs::canonical(file, unknown).parent_path()}) {
        for (fs::path folder = start; !folder.empty(); folder = folder.parent_path()) {
            if (std::find(folders.begin(), folders.end(), folder) == folders.end()) {
                folders.push_back(folder);
            }
            if (folder == folder.root_path()) {
                break;
            }
        }
    }
    return folders;
}

std::string quoted_as(std::string_view what, const fs::path& path) {
    return std::string{what} + " " + path.string();
}

class Judge {
public:
    explicit Judge(bool strict) : strict_{strict} {}

    void look_at(const std::string& what, const fs::path& path, const struct stat& facts,
                 bool sticky_is_enough) {
        const bool sticky = S_ISDIR(facts.st_mode) && (facts.st_mode & S_ISVTX) != 0;
        if (sticky && sticky_is_enough) {
            return owner(what, path, facts);  // nobody can replace what is in there but its owner
        }
        if ((facts.st_mode & S_IWOTH) != 0) {
            throw Refusal{what + " may be written by anyone: chmod o-w " + path.string()};
        }
        if ((facts.st_mode & S_IWGRP) != 0) {
            doubt(what + " may be written by its group " + std::to_string(facts.st_gid) +
                  ": chmod g-w " + path.string());
        }
        owner(what, path, facts);
    }

    [[nodiscard]] const std::string& warning() const noexcept { return warning_; }

private:
    void owner(const std::string& what, const fs::path& path, const struct stat& facts) {
        if (facts.st_uid != 0 && facts.st_uid != ::geteuid()) {
            doubt(what + " belongs to user " + std::to_string(facts.st_uid) +
                  ", who is neither root nor the user of this program: chown " + path.string());
        }
    }

    void doubt(const std::string& problem) {
        if (strict_) {
            throw Refusal{problem};
        }
        warning_ += warning_.empty() ? problem : "; " + problem;
    }

    bool strict_;
    std::string warning_;
};

}  // namespace

std::string check_permissions(const PluginFile& file) {
    std::error_code unknown;
    const fs::path real = fs::canonical(file.path(), unknown);
    const bool system = in_system_folder(file.path()) || in_system_folder(real);
    Judge judge{::geteuid() == 0 || system};
    judge.look_at("the file", file.path(), file.facts(), false);
    for (const fs::path& folder : folders_above(file.path())) {
        struct stat facts{};
        if (::stat(folder.c_str(), &facts) != 0) {
            throw Refusal{quoted_as("the folder", folder) +
                          " cannot be looked at: " + system_text(errno)};
        }
        // In the folder itself the sticky bit does not keep anyone from adding a file.
        const bool further_up = folder != file.path().parent_path() && folder != real.parent_path();
        judge.look_at(quoted_as("the folder", folder), folder, facts, further_up);
    }
    return judge.warning();
}

}  // namespace enginebay::host
