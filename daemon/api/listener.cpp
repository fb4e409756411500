// SPDX-License-Identifier: BSL-1.0
// Listener: bind without a moment of wrong rights, and without taking what is somebody else's.
#include "api/listener.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;

constexpr mode_t mode = 0660;

[[noreturn]] void refuse(const std::filesystem::path& path, int error) {
    const bool forbidden = error == EACCES || error == EPERM || error == EROFS;
    const bool misplaced = error == ENOENT || error == ENOTDIR;
    const Errc code = forbidden ? Errc::permission : misplaced ? Errc::configuration : Errc::io;
    throw Error{code, fmt::format("cannot listen at {}: {}; choose another place with --socket, "
                                  "TELECLAUDE_SOCKET or api.socket",
                                  path.string(), std::generic_category().message(error))};
}

sockaddr_un address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    return address;
}

int make_socket(const std::filesystem::path& path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        refuse(path, errno);
    }
    return fd;
}

// 0: somebody accepts; else the error.
int try_connect(const std::filesystem::path& path) {
    const int fd = make_socket(path);
    const sockaddr_un address = address_of(path);
    const int error =
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
    ::close(fd);
    return error == EAGAIN ? 0 : error;  // a full queue has an owner
}

}  // namespace

Listener::Listener(std::filesystem::path path) : path_{std::move(path)} {
    make_room();
    fd_ = make_socket(path_);
    try {
        bind();
    } catch (...) {
        ::close(fd_);
        throw;
    }
}

void Listener::make_room() const {
    struct stat found{};
    if (::lstat(path_.c_str(), &found) != 0) {
        if (errno != ENOENT) {
            refuse(path_, errno);
        }
        return;
    }
    if (!S_ISSOCK(found.st_mode)) {
        throw Error{Errc::configuration,
                    fmt::format("cannot listen at {}: something that is no socket is there and is "
                                "left alone; remove it or choose another place with --socket",
                                path_.string())};
    }
    const int answer = try_connect(path_);
    if (answer == 0) {
        throw Error{Errc::busy, fmt::format("cannot listen at {}: another program answers there; "
                                            "stop it or choose another place with --socket",
                                            path_.string())};
    }
    if (answer != ECONNREFUSED) {
        refuse(path_, answer);
    }
    if (::unlink(path_.c_str()) != 0 && errno != ENOENT) {
        refuse(path_, errno);
    }
}

void Listener::bind() {
    // The mode of the descriptor is that of the file bind() makes, less the umask: never more than
    // is meant, at no moment.
    const sockaddr_un address = address_of(path_);
    if (::fchmod(fd_, mode) != 0 ||
        ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        refuse(path_, errno);
    }
    struct stat made{};
    if (::lstat(path_.c_str(), &made) != 0 || ::chmod(path_.c_str(), mode) != 0 ||
        ::listen(fd_, SOMAXCONN) != 0) {
        const int error = errno;
        ::unlink(path_.c_str());
        refuse(path_, error);
    }
    device_ = made.st_dev;
    inode_ = made.st_ino;
}

Listener::~Listener() {
    struct stat now{};
    if (::lstat(path_.c_str(), &now) == 0 && now.st_dev == device_ && now.st_ino == inode_) {
        ::unlink(path_.c_str());
    }
    ::close(fd_);
}

}  // namespace teleclaude
