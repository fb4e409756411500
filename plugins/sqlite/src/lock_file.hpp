// SPDX-License-Identifier: BSL-1.0
// LockFile: one flock on one path, that knows whether the path still names what it locked.
// Threads: one at a time, except in_place().  Ownership: the lock ends with the object or the
// process. The file is never unlinked: that would let two in.
#pragma once

#include <enginebay/instance_lock.hpp>

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace enginebay::sqlite {

class LockFile {
public:
    /// Opens or makes the file and locks it; nullopt when another has it. Throws permission, io,
    /// and configuration for a file that holds anything but a lock's record: it is not touched
    /// then.
    [[nodiscard]] static std::optional<LockFile> try_lock(const std::filesystem::path& path);
    /// Whether somebody holds it now. Makes nothing.
    [[nodiscard]] static bool is_locked(const std::filesystem::path& path);

    LockFile(LockFile&& other) noexcept;
    LockFile& operator=(LockFile&&) = delete;
    ~LockFile();

    /// Replaces the content, as far as the disk allows: it is for people.
    void write(std::string_view content) const noexcept;
    /// The path still names the locked file.
    [[nodiscard]] bool in_place() const noexcept;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    LockFile(std::filesystem::path path, int descriptor, pid_t owner) noexcept
        : path_{std::move(path)}, descriptor_{descriptor}, owner_{owner} {}

    std::filesystem::path path_;
    int descriptor_;
    pid_t owner_;
};

/// Throws unsupported where the file system of `folder` is one whose locks do not hold between
/// machines.
void refuse_network_file_system(const std::filesystem::path& folder);

}  // namespace enginebay::sqlite
