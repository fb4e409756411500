// SPDX-License-Identifier: BSL-1.0
// PidFile: the daemon's process id in a file, for init scripts. Never a lock: it is written once
// the instance lock is held, so a daemon that was refused leaves another's alone.
// Threads: one.  Ownership: removes the file when it goes, if it is still the one it wrote.
#pragma once

#include <sys/types.h>

#include <filesystem>

namespace teleclaude {

class PidFile {
public:
    /// Throws configuration when the path names anything but a pid file or nothing. For the start,
    /// before anything is made.
    static void check(const std::filesystem::path& path);

    /// Throws as check(), and permission, configuration (no such folder) and io.
    explicit PidFile(std::filesystem::path path);
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;
    ~PidFile();

private:
    std::filesystem::path path_;
    dev_t device_{0};
    ino_t inode_{0};
};

}  // namespace teleclaude
