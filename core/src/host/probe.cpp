// SPDX-License-Identifier: BSL-1.0
// A plugin really loaded, in a process that may die of it.
//
// The child of a fork goes on to call dlopen, which the rules for programs with threads do not
// promise to work: a lock that another thread held stays locked for good. glibc itself takes care
// of its allocator; no other thread is inside our loading, since the lock for that is held here.
// What is left would hang, and a child that hangs is ended and reported. There is no helper program
// to run instead: this is a library.
#include "host/probe.hpp"

#include "host/load.hpp"
#include "host/refusal.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

namespace enginebay::host {
namespace {

constexpr std::chrono::seconds patience{10};
constexpr std::size_t longest_text = 4096;
constexpr char fine = '+';
constexpr char refused = '-';

/// Where the child leaves its answer, and what the plugin prints: memory that outlives the child.
class Scratch {
public:
    explicit Scratch(const char* name) : descriptor_{::memfd_create(name, MFD_CLOEXEC)} {
        if (descriptor_ < 0) {
            throw Refusal{"cannot be tried in a child process: " + system_text(errno)};
        }
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { ::close(descriptor_); }

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    [[nodiscard]] std::string text() const {
        std::string text(longest_text, '\0');
        const ssize_t got = ::pread(descriptor_, text.data(), text.size(), 0);
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return text;
    }

private:
    int descriptor_;
};

/// The program's own handlers and the sanitizers' would hide what the plugin died of.
void take_signals_back() noexcept {
    constexpr std::array fatal{SIGABRT, SIGALRM, SIGBUS,  SIGFPE, SIGHUP,  SIGILL, SIGINT,
                               SIGPIPE, SIGQUIT, SIGSEGV, SIGSYS, SIGTERM, SIGTRAP};
    for (const int number : fatal) {
        ::signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void in_child(const Verified& candidate, const Scratch& answer,
                           const Scratch& output) {
    take_signals_back();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::dup2(output.descriptor(), STDOUT_FILENO);
    ::dup2(output.descriptor(), STDERR_FILENO);
    std::string text{fine};
    try {
        load(candidate);
    } catch (const std::exception& refusal) {
        text = refused + std::string{refusal.what()};
    } catch (...) {
        text = refused + std::string{"threw while it was being loaded"};
    }
    const bool written = ::pwrite(answer.descriptor(), text.data(), text.size(), 0) ==
                         static_cast<ssize_t>(text.size());
    ::_exit(written ? 0 : 1);
}

/// The wait status, or nothing when somebody else in the program has collected the child.
struct Outcome {
    bool hung{false};
    bool known{false};
    int status{0};
};

Outcome wait_for(pid_t child) {
    const auto end = std::chrono::steady_clock::now() + patience;
    std::chrono::milliseconds pause{1};
    Outcome outcome;
    for (;;) {
        const pid_t got = ::waitpid(child, &outcome.status, outcome.hung ? 0 : WNOHANG);
        if (got == child || (got < 0 && errno != EINTR)) {
            outcome.known = got == child;
            return outcome;
        }
        if (std::chrono::steady_clock::now() >= end) {
            outcome.hung = true;
            ::kill(child, SIGKILL);
        } else {
            std::this_thread::sleep_for(pause);
            pause = std::min(pause * 2, std::chrono::milliseconds{20});
        }
    }
}

std::string signal_name(int number) {
    const char* const name = ::sigabbrev_np(number);
    return name != nullptr ? std::string{"SIG"} + name : "signal " + std::to_string(number);
}

std::string last_words(const Scratch& output) {
    constexpr std::size_t enough = 400;
    std::string text = output.text();
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text.empty() ? "" : "; it wrote: " + printable(text, enough);
}

void judge(const Outcome& outcome, const std::string& answer, const Scratch& output) {
    if (outcome.hung) {
        throw Refusal{"was still being loaded after " + std::to_string(patience.count()) +
                      " seconds, in a child process that was then ended: a static object of it "
                      "hangs" +
                      last_words(output)};
    }
    if (outcome.known && WIFSIGNALED(outcome.status)) {
        throw Refusal{"kills the process that loads it (" + signal_name(WTERMSIG(outcome.status)) +
                      ", seen in a child process)" + last_words(output)};
    }
    if (answer.empty()) {
        throw Refusal{"ends the process that loads it (status " +
                      (outcome.known ? std::to_string(WEXITSTATUS(outcome.status)) : "unknown") +
                      ", seen in a child process)" + last_words(output)};
    }
    if (answer.front() == refused) {
        throw Refusal{answer.substr(1)};
    }
}

}  // namespace

void probe(const Verified& candidate) {
    const Scratch answer{"enginebay-answer"};
    const Scratch output{"enginebay-output"};
    pid_t child = -1;
    {
        const std::lock_guard lock{loading()};
        child = ::fork();
        if (child == 0) {
            in_child(candidate, answer, output);
        }
    }
    if (child < 0) {
        throw Refusal{"cannot be tried in a child process: " + system_text(errno)};
    }
    const Outcome outcome = wait_for(child);
    judge(outcome, answer.text(), output);
}

}  // namespace enginebay::host
