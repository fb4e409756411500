// SPDX-License-Identifier: BSL-1.0
// Finds and reads the configuration file and the password file.
#include "config/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace enginebay::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_config = 1U << 20U;
constexpr std::size_t largest_password = 1U << 12U;

/// An open file, closed at the end of its block.
class Descriptor {
public:
    explicit Descriptor(const fs::path& path) : fd_{::open(path.c_str(), O_RDONLY | O_CLOEXEC)} {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};

struct Reading {
    std::string text;
    struct stat facts;
};

/// What it is that is read, and where it was named.
struct Subject {
    std::string_view what;
    std::string named_by;
    std::size_t limit;
};

Error failure(const Subject& subject, const fs::path& path, std::string_view why,
              Errc code = Errc::configuration) {
    return Error{code, fmt::format("cannot read the {} {} ({}): {}", subject.what, path.string(),
                                   subject.named_by, why)};
}

Error system_failure(const Subject& subject, const fs::path& path, int number) {
    const Errc code = number == EACCES || number == EPERM ? Errc::permission
                      : number == EIO                     ? Errc::io
                                                          : Errc::configuration;
    return failure(subject, path, std::strerror(number), code);
}

Reading read(const Subject& subject, const fs::path& path) {
    const Descriptor file{path};
    Reading reading;
    if (file.get() < 0 || ::fstat(file.get(), &reading.facts) != 0) {
        throw system_failure(subject, path, errno);
    }
    if (S_ISDIR(reading.facts.st_mode)) {
        throw failure(subject, path, "it is a directory, a file is needed");
    }
    std::array<char, 4096> block;
    for (;;) {
        const ssize_t got = ::read(file.get(), block.data(), block.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw system_failure(subject, path, errno);
        }
        if (got == 0) {
            return reading;
        }
        reading.text.append(block.data(), static_cast<std::size_t>(got));
        if (reading.text.size() > subject.limit) {
            throw failure(subject, path, fmt::format("longer than {} bytes", subject.limit));
        }
    }
}

/// Container runtimes put secrets there and choose the mode themselves, commonly 0444; the
/// container is what keeps others out.
bool is_runtime_secret(const fs::path& path) {
    const std::string text = path.lexically_normal().string();
    return text.starts_with("/run/secrets/") || text.starts_with("/var/run/secrets/");
}

}  // namespace

std::string variable_prefix(const ConfigSpec& spec) {
    std::string prefix = spec.product;
    std::transform(prefix.begin(), prefix.end(), prefix.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return prefix;
}

const std::string* variable(const SettingsSource& source, const std::string& name) {
    const auto found = source.environment.find(name);
    return found == source.environment.end() || found->second.empty() ? nullptr : &found->second;
}

fs::path resolved(const std::string& path, const fs::path& base, const SettingsSource& source) {
    const std::string* home = variable(source, "HOME");
    fs::path out =
        path.starts_with("~/") && home != nullptr ? fs::path{*home} / path.substr(2) : base / path;
    // Only where it changes nothing: "a/link/../b" need not be "a/b".
    const bool climbs = std::find(out.begin(), out.end(), "..") != out.end();
    return climbs ? out : out.lexically_normal();
}

std::optional<ConfigFile> read_config_file(const ConfigSpec& spec, const SettingsSource& source) {
    const std::string from_variable = variable_prefix(spec) + "_CONFIG_PATH";
    Subject subject{"configuration file", {}, largest_config};
    fs::path path;
    if (source.config_file) {
        subject.named_by = "named by --config";
        if (source.config_file->empty()) {
            throw Error{Errc::usage, "--config names no file: its value is empty"};
        }
        path = resolved(source.config_file->string(), source.current_directory, source);
    } else if (const std::string* named = variable(source, from_variable)) {
        subject.named_by = "named by " + from_variable;
        path = resolved(*named, source.current_directory, source);
    } else {
        subject.named_by = "found in the working directory";
        path = source.current_directory / (spec.product + ".yml");
        std::error_code failed;
        // Not exists(): a link that leads nowhere is somebody's mistake, not "no configuration".
        if (fs::symlink_status(path, failed).type() == fs::file_type::not_found) {
            return std::nullopt;
        }
    }
    Reading reading = read(subject, path);
    // A pipe (`--config <(...)`) lies in no folder that means anything.
    const fs::path folder =
        S_ISREG(reading.facts.st_mode) ? path.parent_path() : source.current_directory;
    return ConfigFile{path, folder, std::move(reading.text)};
}

std::string read_password_file(const Value& value) {
    constexpr std::string_view key = "database.password_file";
    const fs::path path{value.text};
    Reading reading = read({"password file", value.where, largest_password}, path);
    if (S_ISREG(reading.facts.st_mode) && (reading.facts.st_mode & S_IROTH) != 0 &&
        !is_runtime_secret(path)) {
        throw refusal(value, key,
                      fmt::format("every user of this machine may read {}; make it private: chmod "
                                  "600 {}",
                                  path.string(), path.string()));
    }
    std::string& text = reading.text;
    if (text.ends_with('\n')) {
        text.pop_back();
        if (text.ends_with('\r')) {
            text.pop_back();
        }
    }
    if (text.empty()) {
        throw refusal(value, key, fmt::format("{} is empty", path.string()));
    }
    Value content{std::move(text), value.source, value.where};
    return plain(content, key);
}

}  // namespace enginebay::config
