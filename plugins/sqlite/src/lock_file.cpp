// SPDX-License-Identifier: BSL-1.0
// flock, with the inode compared after locking: a file unlinked or replaced meanwhile locks
// nothing.
#include "lock_file.hpp"

#include <enginebay/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

namespace enginebay::sqlite {
namespace {

// is_locked() holds a shared lock for a moment; a real holder does not go away that fast.
constexpr int tries = 4;
constexpr std::chrono::milliseconds between_tries{4};

[[noreturn]] void throw_system(int error, const std::filesystem::path& path) {
    const bool denied =
        error == EACCES || error == EPERM || error == EROFS || error == ELOOP || error == EISDIR;
    const bool absent = error == ENOENT || error == ENOTDIR;
    Error failure{denied   ? Errc::permission
                  : absent ? Errc::unreachable
                           : Errc::io,
                  fmt::format("cannot lock {}: {}{}", path.string(),
                              error == ELOOP ? "it is a symbolic link"
                                             : std::generic_category().message(error),
                              denied ? "; next step: make the file and its folder writable for "
                                       "the user this runs as"
                                     : "")};
    failure.native(error);
    throw failure;
}

[[noreturn]] void refuse_foreign(const std::filesystem::path& path, std::string_view what) {
    throw Error{
        Errc::configuration,
        fmt::format("{} is to be the lock file, but {}; it was left as it is: move it away, "
                    "or name another file with the option lock_file",
                    path.string(), what)};
}

// Looked at before it is opened: opening some things blocks, and opening a database that this
// process uses would drop its locks.
void refuse_what_is_no_file(const std::filesystem::path& path) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0 || S_ISLNK(status.st_mode)) {
        return;  // to be made; or a link, which open() refuses
    }
    if (S_ISDIR(status.st_mode)) {
        refuse_foreign(path, "it is a folder");
    }
    if (!S_ISREG(status.st_mode)) {
        refuse_foreign(path, "it is no regular file");
    }
}

// What this plugin and the older daemon write: nothing, a number, or lines that begin with a pid.
bool is_lock_record(std::string_view content) {
    if (!content.empty() && content.back() == '\n' && content.find('\n') == content.size() - 1) {
        content.remove_suffix(1);
    }
    return content.empty() || content.starts_with("pid=") ||
           content.find_first_not_of("0123456789") == std::string_view::npos;
}

// The holder's record is going to replace the content, so it must be one itself.
void refuse_foreign_content(int descriptor, const std::filesystem::path& path) {
    std::array<char, 1024> content{};
    const ssize_t size = ::pread(descriptor, content.data(), content.size(), 0);
    if (size < 0) {
        throw_system(errno, path);
    }
    const auto length = static_cast<std::size_t>(size);
    if (length == content.size() || !is_lock_record({content.data(), length})) {
        refuse_foreign(path, "it holds something else");
    }
}

int open_file(const std::filesystem::path& path, int flags) {
    int descriptor = -1;
    do {
        descriptor = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
                            S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

int lock_now(int descriptor, int operation) noexcept {
    int result = -1;
    do {
        result = ::flock(descriptor, operation | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    return result;
}

bool same_file(int descriptor, const std::filesystem::path& path) noexcept {
    struct stat open{};
    struct stat named{};
    return ::fstat(descriptor, &open) == 0 && ::lstat(path.c_str(), &named) == 0 &&
           open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

}  // namespace

std::optional<LockFile> LockFile::try_lock(const std::filesystem::path& path) {
    refuse_what_is_no_file(path);
    for (int attempt = 0; attempt < tries; ++attempt) {
        const int descriptor = open_file(path, O_RDWR | O_CREAT);
        if (descriptor < 0) {
            throw_system(errno, path);
        }
        LockFile file{path, descriptor, 0};  // closes; owner 0 unlocks nothing
        if (lock_now(descriptor, LOCK_EX) == 0) {
            if (same_file(descriptor, path)) {
                refuse_foreign_content(descriptor, path);
                file.owner_ = ::getpid();
                return file;
            }
        } else if (errno != EWOULDBLOCK) {
            throw_system(errno, path);
        }
        std::this_thread::sleep_for(between_tries);
    }
    return std::nullopt;
}

bool LockFile::is_locked(const std::filesystem::path& path) {
    const int descriptor = open_file(path, O_RDONLY);
    if (descriptor < 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return false;
        }
        throw_system(errno, path);
    }
    const bool locked = lock_now(descriptor, LOCK_SH) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    return locked;
}

LockFile::LockFile(LockFile&& other) noexcept
    : path_{std::move(other.path_)},
      descriptor_{std::exchange(other.descriptor_, -1)},
      owner_{std::exchange(other.owner_, 0)} {}

LockFile::~LockFile() {
    if (descriptor_ < 0) {
        return;
    }
    // A forked child shares the lock. Unlocking frees it for both, so only its owner does that.
    if (owner_ == ::getpid()) {
        write({});
        ::flock(descriptor_, LOCK_UN);
    }
    ::close(descriptor_);
}

void LockFile::write(std::string_view content) const noexcept {
    if (::ftruncate(descriptor_, 0) != 0 || content.empty()) {
        return;
    }
    // Best effort, on a full disk the file stays empty and the lock holds.
    [[maybe_unused]] const auto written = ::pwrite(descriptor_, content.data(), content.size(), 0);
}

bool LockFile::in_place() const noexcept { return same_file(descriptor_, path_); }

void refuse_network_file_system(const std::filesystem::path& folder) {
    struct Kind {
        unsigned long magic;
        std::string_view name;
    };
    static constexpr std::array kinds{
        Kind{0x6969, "NFS"},     Kind{0x517b, "SMB"},        Kind{0xff534d42, "CIFS"},
        Kind{0xfe534d42, "SMB"}, Kind{0x65735546, "FUSE"},   Kind{0x01021997, "9P"},
        Kind{0x5346414f, "AFS"}, Kind{0x00c36400, "CephFS"}, Kind{0x73757245, "Coda"},
    };
    struct statfs status{};
    if (::statfs(folder.c_str(), &status) != 0) {
        throw_system(errno, folder);
    }
    for (const Kind& kind : kinds) {
        if ((static_cast<unsigned long>(status.f_type) & 0xffffffffUL) == kind.magic) {
            throw Error{Errc::unsupported,
                        fmt::format("the database's folder {} is on a {} file system, where locks "
                                    "may not hold; move it to a local disk, or set the option "
                                    "network_filesystem: allow if you know that they do",
                                    folder.string(), kind.name)};
        }
    }
}

}  // namespace enginebay::sqlite
