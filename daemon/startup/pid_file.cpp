// SPDX-License-Identifier: BSL-1.0
// PidFile: written beside its place and moved there, so that a reader sees all or nothing.
#include "startup/pid_file.hpp"

#include <enginebay/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

namespace teleclaude {
namespace {

using enginebay::Errc;

[[noreturn]] void refuse(const std::filesystem::path& path, int error) {
    const bool forbidden = error == EACCES || error == EPERM || error == EROFS;
    const bool misplaced = error == ENOENT || error == ENOTDIR || error == EISDIR;
    throw enginebay::Error{
        forbidden   ? Errc::permission
        : misplaced ? Errc::configuration
                    : Errc::io,
        fmt::format("cannot write the process id to {}: {}; choose another --pidfile",
                    path.string(), std::generic_category().message(error))};
}

// It is going to be replaced, so it must be what this class writes, or nothing.
bool holds_a_pid(const std::filesystem::path& path) {
    std::ifstream file{path};
    const std::string content{std::istreambuf_iterator<char>{file}, {}};
    return !file.bad() && content.find_first_not_of("0123456789\n") == std::string::npos;
}

}  // namespace

void PidFile::check(const std::filesystem::path& path) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) {
        return;
    }
    constexpr off_t longest = 32;
    if (!S_ISREG(status.st_mode) || status.st_size > longest || !holds_a_pid(path)) {
        throw enginebay::Error{
            Errc::configuration,
            fmt::format("--pidfile {} names something that is no pid file; it was "
                        "left as it is: choose another name",
                        path.string())};
    }
}

PidFile::PidFile(std::filesystem::path path) : path_{std::move(path)} {
    check(path_);
    const std::string text = fmt::format("{}\n", ::getpid());
    const std::string beside = fmt::format("{}.{}", path_.string(), ::getpid());
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) {
        refuse(path_, errno);
    }
    struct stat made{};
    int error = 0;
    if (::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::fstat(fd, &made) != 0) {
        error = errno == 0 ? EIO : errno;
    }
    ::close(fd);
    if (error == 0 && ::rename(beside.c_str(), path_.c_str()) != 0) {
        error = errno;
    }
    if (error != 0) {
        ::unlink(beside.c_str());
        refuse(path_, error);
    }
    device_ = made.st_dev;
    inode_ = made.st_ino;
}

PidFile::~PidFile() {
    struct stat now{};
    if (::lstat(path_.c_str(), &now) == 0 && now.st_dev == device_ && now.st_ino == inode_) {
        ::unlink(path_.c_str());
    }
}

}  // namespace teleclaude
