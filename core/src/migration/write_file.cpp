// SPDX-License-Identifier: BSL-1.0
// Writes beside the name, then links it there: a link never replaces a file.
#include "migration/write_file.hpp"

#include <enginebay/error.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace enginebay::migration {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& attempt,
                         int reason) {
    const Errc code = reason == EEXIST                      ? Errc::input
                      : reason == EACCES || reason == EROFS ? Errc::permission
                                                            : Errc::io;
    throw Error{code, file.string() + ": cannot " + attempt + ": " +
                          std::generic_category().message(reason)};
}

/// A file that is gone again when its scope is left. A crash leaves a hidden one, which nothing
/// reads.
class Scratch {
public:
    explicit Scratch(const std::filesystem::path& file)
        : name_{(file.parent_path() / ("." + file.filename().string() + ".XXXXXX")).string()},
          descriptor_{::mkostemp(name_.data(), O_CLOEXEC)} {
        if (descriptor_ < 0) {
            refuse(file, "make a file beside it", errno);
        }
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        ::close(descriptor_);
        ::unlink(name_.c_str());
    }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    std::string name_;
    int descriptor_;
};

void write_all(const std::filesystem::path& file, int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            refuse(file, "write it", errno);
        }
        text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    constexpr mode_t readable = 0644;
    if (::fchmod(descriptor, readable) != 0 || ::fsync(descriptor) != 0) {
        refuse(file, "write it", errno);
    }
}

}  // namespace

void write_new_file(const std::filesystem::path& file, std::string_view text) {
    const Scratch scratch{file};
    write_all(file, scratch.descriptor(), text);
    if (::link(scratch.name().c_str(), file.c_str()) != 0) {
        refuse(file, "make the file", errno);
    }
}

}  // namespace enginebay::migration
