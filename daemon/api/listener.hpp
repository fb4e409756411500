// SPDX-License-Identifier: BSL-1.0
// Listener: the daemon's socket in the file system.
// Threads: one.  Ownership: owns the socket, and its file as long as that is the one it made.
#pragma once

#include <sys/types.h>

#include <filesystem>

namespace teleclaude {

class Listener {
public:
    /// Binds with mode 0660 and listens. A socket nobody answers at is replaced. Throws Errc::busy
    /// where somebody answers, Errc::configuration where something else is in the way, permission
    /// and io.
    explicit Listener(std::filesystem::path path);
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();

    [[nodiscard]] int fd() const noexcept { return fd_; }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    void make_room() const;
    void bind();

    std::filesystem::path path_;
    int fd_{-1};
    dev_t device_{0};
    ino_t inode_{0};
};

}  // namespace teleclaude
