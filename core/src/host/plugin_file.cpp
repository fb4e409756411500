// SPDX-License-Identifier: BSL-1.0
// A candidate's file: open, read, compare.
#include "host/plugin_file.hpp"

#include "host/refusal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace enginebay::host {
namespace {

std::string why_not_opened(const std::filesystem::path& path, int error) {
    if (error == ELOOP) {
        return "is a symbolic link that leads in a circle";
    }
    if (error == ENOENT) {
        struct stat link{};
        return ::lstat(path.c_str(), &link) == 0
                   ? "is a symbolic link to a file that does not exist"
                   : "does not exist";
    }
    return "cannot be opened: " + system_text(error);
}

std::string kind_of(mode_t mode) {
    if (S_ISDIR(mode)) {
        return "a folder";
    }
    if (S_ISFIFO(mode)) {
        return "a named pipe";
    }
    if (S_ISSOCK(mode)) {
        return "a socket";
    }
    return "a device";
}

}  // namespace

FileIdentity identity_of(const struct stat& facts) noexcept {
    return {facts.st_dev, facts.st_ino, static_cast<std::uint64_t>(facts.st_size),
            facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec};
}

PluginFile::PluginFile(std::filesystem::path path) : path_{std::move(path)} {
    // O_NONBLOCK: opening a named pipe would otherwise wait for its other end.
    descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor_ < 0) {
        // A socket cannot be opened at all; say what it is rather than "no such device".
        struct stat facts{};
        const int error = errno;
        if (::stat(path_.c_str(), &facts) == 0 && S_ISSOCK(facts.st_mode)) {
            throw Refusal{"is a socket, not a file"};
        }
        throw Refusal{why_not_opened(path_, error)};
    }
    std::string problem;
    if (::fstat(descriptor_, &facts_) != 0) {
        problem = "cannot be looked at: " + system_text(errno);
    } else if (!S_ISREG(facts_.st_mode)) {
        problem = "is " + kind_of(facts_.st_mode) + ", not a file";
    } else if (facts_.st_size == 0) {
        problem = "is empty (0 bytes): copy it again";
    }
    if (!problem.empty()) {
        ::close(descriptor_);
        throw Refusal{problem};
    }
}

PluginFile::~PluginFile() { ::close(descriptor_); }

void PluginFile::read(std::uint64_t offset, std::span<std::byte> into) const {
    while (!into.empty()) {
        const ssize_t got =
            ::pread(descriptor_, into.data(), into.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw Refusal{"cannot be read: " + system_text(errno)};
        }
        if (got == 0) {
            throw Refusal{"ends before byte " + std::to_string(offset + into.size()) +
                          ": it was cut short while it was read"};
        }
        into = into.subspan(static_cast<std::size_t>(got));
        offset += static_cast<std::uint64_t>(got);
    }
}

void PluginFile::require_unchanged() const {
    struct stat at_path{};
    struct stat open_file{};
    const bool same = ::stat(path_.c_str(), &at_path) == 0 &&
                      ::fstat(descriptor_, &open_file) == 0 &&
                      identity_of(at_path) == identity_of(facts_) &&
                      identity_of(open_file) == identity_of(facts_);
    if (!same) {
        throw Refusal{"was replaced or written to while it was being loaded: start again"};
    }
}

}  // namespace enginebay::host
