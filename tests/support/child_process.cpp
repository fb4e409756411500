// SPDX-License-Identifier: BSL-1.0
// ChildProcess by posix_spawn, which is safe in a test that has threads.
#include "support/child_process.hpp"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

namespace enginebay::testing {
namespace {

using std::chrono::steady_clock;

[[noreturn]] void fail(int code, const std::string& what) {
    throw std::system_error(code, std::generic_category(), what);
}

int capture_file(const char* name) {
    const int file = ::memfd_create(name, MFD_CLOEXEC);
    if (file < 0) {
        fail(errno, "memfd_create");
    }
    return file;
}

void close_file(int& file) noexcept {
    if (file >= 0) {
        ::close(std::exchange(file, -1));
    }
}

// Reads by position: the writer's own position is shared with the child.
std::string content(int file) {
    std::string text;
    std::array<char, 16384> piece{};
    ssize_t size = 0;
    while ((size = ::pread(file, piece.data(), piece.size(), static_cast<off_t>(text.size()))) >
           0) {
        text.append(piece.data(), static_cast<std::size_t>(size));
    }
    return text;
}

bool inherited(std::string_view variable) {
    return !variable.starts_with("TELECLAUDE_") && !variable.starts_with("PG");
}

std::vector<std::string> merged(const Environment& added) {
    std::vector<std::string> result;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view variable{*entry};
        if (inherited(variable) &&
            !added.contains(std::string{variable.substr(0, variable.find('='))})) {
            result.emplace_back(variable);
        }
    }
    for (const auto& [name, value] : added) {
        result.push_back(name + "=" + value);
    }
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (std::string& text : texts) {
        result.push_back(text.data());
    }
    result.push_back(nullptr);
    return result;
}

class FileActions {
public:
    FileActions(int in, int out, int err, const std::string& directory) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_adddup2(&actions_, in, STDIN_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, err, STDERR_FILENO);
        if (!directory.empty()) {
            ::posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
        }
    }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
    [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

std::optional<std::string> line_with(const std::string& text, std::string_view wanted) {
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
        const std::string_view line{text.data() + begin, end - begin};
        if (line.find(wanted) != std::string_view::npos) {
            return std::string{line};
        }
    }
    return std::nullopt;
}

}  // namespace

bool wait_until(const std::function<bool()>& predicate, std::chrono::milliseconds timeout) {
    const auto end = steady_clock::now() + timeout;
    while (!predicate()) {
        if (steady_clock::now() >= end) {
            return predicate();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}

ChildProcess::ChildProcess(std::vector<std::string> arguments, const Environment& environment,
                           const std::filesystem::path& directory)
    : out_{capture_file("stdout")}, err_{capture_file("stderr")} {
    // A socket, not a pipe: writing to a child that is gone must be an error, not a signal.
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
        fail(errno, "socketpair");
    }
    input_ = pair[1];
    std::vector<std::string> variables = merged(environment);
    const FileActions actions{pair[0], out_, err_, directory.string()};
    const int failed = ::posix_spawnp(&pid_, arguments.at(0).c_str(), actions.get(), nullptr,
                                      pointers(arguments).data(), pointers(variables).data());
    ::close(pair[0]);
    if (failed != 0) {
        close_file(input_);
        close_file(out_);
        close_file(err_);
        fail(failed, "start " + arguments.at(0));
    }
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_{std::exchange(other.pid_, -1)},
      input_{std::exchange(other.input_, -1)},
      out_{std::exchange(other.out_, -1)},
      err_{std::exchange(other.err_, -1)},
      status_{other.status_} {}

ChildProcess::~ChildProcess() {
    if (pid_ > 0 && !status_) {
        kill();
        wait(std::chrono::seconds{10});
    }
    close_file(input_);
    close_file(out_);
    close_file(err_);
}

std::string ChildProcess::out() const { return content(out_); }

std::string ChildProcess::err() const { return content(err_); }

std::optional<std::string> ChildProcess::wait_for_line(std::string_view text,
                                                       std::chrono::milliseconds timeout) {
    std::optional<std::string> line;
    wait_until(
        [&] {
            const bool ended = !running();
            line = line_with(out(), text);
            if (!line) {
                line = line_with(err(), text);
            }
            return line || ended;
        },
        timeout);
    return line;
}

void ChildProcess::write(std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = ::send(input_, text.data(), text.size(), MSG_NOSIGNAL);
        if (size < 0) {
            fail(errno, "write to a child");
        }
        text.remove_prefix(static_cast<std::size_t>(size));
    }
}

void ChildProcess::close_input() noexcept { close_file(input_); }

void ChildProcess::kill(int signal) const noexcept {
    if (pid_ > 0 && !status_) {
        ::kill(pid_, signal);
    }
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds timeout) {
    wait_until([this] { return !running(); }, timeout);
    return status_;
}

bool ChildProcess::running() {
    if (status_ || pid_ <= 0) {
        return false;
    }
    int status = 0;
    const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
    if (ended == pid_) {
        status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    } else if (ended < 0 && errno != EINTR) {
        status_ = -1;  // somebody else reaped it
    }
    return !status_;
}

RunResult run(std::vector<std::string> arguments, const Environment& environment,
              std::chrono::milliseconds timeout, const std::filesystem::path& directory) {
    ChildProcess child{std::move(arguments), environment, directory};
    child.close_input();
    const std::optional<int> status = child.wait(timeout);
    if (!status) {
        child.kill();
        child.wait(std::chrono::seconds{10});
    }
    return {status.value_or(-1), child.out(), child.err()};
}

std::filesystem::path this_program() { return std::filesystem::read_symlink("/proc/self/exe"); }

}  // namespace enginebay::testing
