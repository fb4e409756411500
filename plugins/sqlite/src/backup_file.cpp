// SPDX-License-Identifier: BSL-1.0
// Files by the system's own calls: none of them is a database that this process has open.
#include "backup_file.hpp"

#include <enginebay/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

namespace enginebay::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t some_room = 1024 * 1024;

[[noreturn]] void throw_system(std::string_view attempted, const fs::path& path) {
    const int error = errno;
    const bool denied = error == EACCES || error == EPERM || error == EROFS;
    Error failure{denied ? Errc::permission : Errc::io,
                  fmt::format("cannot {} {}: {}; the database was not changed", attempted,
                              path.string(), std::generic_category().message(error))};
    throw failure.native(error);
}

void flush(const fs::path& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor < 0) {
        throw_system("open", path);
    }
    const int result = ::fsync(descriptor);
    const int error = errno;
    ::close(descriptor);
    if (result != 0) {
        errno = error;
        throw_system("write to the disk", path);
    }
}

bool equal(const fs::path& left, const fs::path& right) {
    std::error_code error;
    if (fs::file_size(left, error) != fs::file_size(right, error) || error) {
        return false;
    }
    std::ifstream a{left, std::ios::binary};
    std::ifstream b{right, std::ios::binary};
    std::array<char, 65536> x{};
    std::array<char, 65536> y{};
    while (a && b) {
        a.read(x.data(), x.size());
        b.read(y.data(), y.size());
        if (a.gcount() != b.gcount() || !std::equal(x.begin(), x.begin() + a.gcount(), y.begin())) {
            return false;
        }
    }
    return a.eof() && b.eof();
}

}  // namespace

void require_room(const fs::path& database, std::int64_t size) {
    const fs::path folder = database.parent_path();
    struct statvfs status{};
    if (::statvfs(folder.c_str(), &status) != 0) {
        throw_system("look at the room in", folder);
    }
    const auto room =
        static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
    const std::int64_t needed = size * 2 + some_room;
    if (room < needed) {
        throw Error{Errc::io,
                    fmt::format("no room beside {} for a copy before its first change: {} bytes "
                                "are free, {} are needed; nothing was changed, make room and start "
                                "again",
                                database.string(), room, needed)};
    }
}

BackupFile::BackupFile(const fs::path& database, std::string_view label)
    : database_{database},
      wanted_{fmt::format("{}.before-{}", database.string(), label)},
      unfinished_{wanted_.string() + ".partial"} {
    ::unlink(unfinished_.c_str());
    const int descriptor = ::open(
        unfinished_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        throw_system("make", unfinished_);
    }
    ::close(descriptor);
}

BackupFile::~BackupFile() {
    if (!unfinished_.empty()) {
        ::unlink(unfinished_.c_str());
    }
}

fs::path BackupFile::name(int number) const {
    return number == 1 ? wanted_ : fs::path{fmt::format("{}.{}", wanted_.string(), number)};
}

fs::path BackupFile::finish() {
    struct stat status{};
    if (::stat(database_.c_str(), &status) != 0) {
        throw_system("look at", database_);
    }
    int number = 1;
    for (std::error_code none; fs::exists(fs::symlink_status(name(number), none)); ++number) {
        if (fs::is_regular_file(name(number), none) && equal(name(number), unfinished_)) {
            return name(number);  // made by a run that was interrupted later
        }
    }
    // The copy holds what the database holds, so it is for the same people. Its owner may be
    // another one than the database's: then the group's rights would be for another group.
    const mode_t rights = status.st_gid == ::getegid() ? status.st_mode & 0777U : S_IRUSR | S_IWUSR;
    if (::chmod(unfinished_.c_str(), rights) != 0) {
        throw_system("set the rights of", unfinished_);
    }
    flush(unfinished_, O_RDONLY);
    if (::rename(unfinished_.c_str(), name(number).c_str()) != 0) {
        throw_system("name the copy", name(number));
    }
    unfinished_.clear();
    flush(database_.parent_path(), O_RDONLY | O_DIRECTORY);
    return name(number);
}

}  // namespace enginebay::sqlite
