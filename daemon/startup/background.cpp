// SPDX-License-Identifier: BSL-1.0
// Background: Poco's own --daemon lets the caller go at once and loses message and status of a
// start that fails; this one waits for the answer.
#include "startup/background.hpp"

#include <enginebay/error.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace teleclaude {
namespace {

int wait_for_answer(int pipe, pid_t child) {
    char answer = 0;
    ssize_t size = 0;
    do {
        size = ::read(pipe, &answer, 1);
    } while (size < 0 && errno == EINTR);
    if (size == 1) {
        return 0;
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Background::~Background() {
    if (pipe_ >= 0) {
        ::close(pipe_);
    }
}

std::optional<int> Background::fork() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw enginebay::Error{enginebay::Errc::io, "cannot go to the background: no pipe"};
    }
    const pid_t child = ::fork();
    if (child < 0) {
        throw enginebay::Error{enginebay::Errc::io, "cannot go to the background: no process"};
    }
    if (child > 0) {
        ::close(ends[1]);
        return wait_for_answer(ends[0], child);
    }
    ::close(ends[0]);
    pipe_ = ends[1];
    ::setsid();
    return std::nullopt;
}

void Background::ready() noexcept {
    if (pipe_ < 0) {
        return;
    }
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        // A log that goes to a file goes on doing so; a caller's pipe must not stay open.
        const bool keep = stream == STDERR_FILENO && ::lseek(stream, 0, SEEK_CUR) >= 0;
        if (null >= 0 && !keep) {
            ::dup2(null, stream);
        }
    }
    if (null > STDERR_FILENO) {
        ::close(null);
    }
    static_cast<void>(!::write(pipe_, "", 1));
    ::close(pipe_);
    pipe_ = -1;
}

}  // namespace teleclaude
