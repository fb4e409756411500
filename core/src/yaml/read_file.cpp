// SPDX-License-Identifier: BSL-1.0
// By the system's own calls: a stream waits for ever on a pipe that nobody writes to.
#include "yaml/read_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace enginebay::yaml {
namespace {

class Descriptor {
public:
    explicit Descriptor(const std::filesystem::path& file)
        : number_{::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)} {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_;
};

[[noreturn]] void refuse(const std::filesystem::path& file, Errc errc, int reason) {
    const bool denied = reason == EACCES || reason == EPERM;
    Error error{denied ? Errc::permission : errc,
                file.string() + ": cannot be read: " + std::generic_category().message(reason)};
    error.where(file.string());
    throw error;
}

void require_file(const std::filesystem::path& file, Errc errc, mode_t mode) {
    if (S_ISREG(mode)) {
        return;
    }
    const std::string_view found = S_ISDIR(mode)    ? "a directory"
                                   : S_ISFIFO(mode) ? "a pipe"
                                                    : "a device";
    Error error{errc, file.string() + ": " + std::string{found} + " where a file is expected"};
    error.where(file.string());
    throw error;
}

}  // namespace

std::string read_file(const std::filesystem::path& file, Errc errc) {
    const Descriptor descriptor{file};
    struct stat facts{};
    if (descriptor.number() < 0 || ::fstat(descriptor.number(), &facts) != 0) {
        refuse(file, errc, errno == ENXIO ? EINVAL : errno);  // a socket, which nobody can open
    }
    require_file(file, errc, facts.st_mode);
    std::string text;
    std::size_t size = 0;
    while (size <= largest_file) {
        text.resize(std::min(std::max<std::size_t>(2 * size, 4096), largest_file + 1));
        const ssize_t got = ::read(descriptor.number(), text.data() + size, text.size() - size);
        if (got < 0 && errno != EINTR) {
            refuse(file, errc, errno);
        }
        if (got == 0) {
            break;
        }
        size += got < 0 ? 0 : static_cast<std::size_t>(got);
    }
    text.resize(size);
    return text;
}

}  // namespace enginebay::yaml
