// SPDX-License-Identifier: BSL-1.0
// Looks at a database file the way an operator would, before a connection is made.
#include "database_file.hpp"

#include "error_map.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

namespace enginebay::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr int most_links = 40;  // as many as the kernel follows

[[noreturn]] void throw_system(int error, std::string_view attempted, const fs::path& path) {
    const Errc code = error == EACCES || error == EPERM || error == EROFS ? Errc::permission
                      : error == ENOENT || error == ENOTDIR               ? Errc::unreachable
                                                                          : Errc::io;
    const std::string_view next_step =
        code == Errc::unreachable  ? "; next step: check the path, or let a migration create it"
        : code == Errc::permission ? "; next step: check who owns the file and its folder"
                                   : "";
    Error failure{code, fmt::format("cannot {} {}: {}{}", attempted, path.string(),
                                    std::generic_category().message(error), next_step)};
    failure.native(error);
    throw failure;
}

// Makes the folder of a new database, for its owner only.
void make_folder(const fs::path& folder) {
    std::error_code error;
    if (fs::exists(folder, error)) {
        return;
    }
    const fs::path parent = folder.parent_path();
    if (!parent.empty() && parent != folder) {
        make_folder(parent);
    }
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        throw_system(errno, "make the folder of the database", folder);
    }
}

void refuse_what_is_no_file(const struct stat& status, const fs::path& path) {
    if (S_ISDIR(status.st_mode)) {
        throw Error{Errc::configuration,
                    fmt::format("the database path {} is a folder; name a file", path.string())};
    }
    if (!S_ISREG(status.st_mode)) {
        throw Error{Errc::configuration,
                    fmt::format("the database path {} is no regular file", path.string())};
    }
    if (status.st_nlink > 1) {
        // Each name would get a -wal of its own: two of them destroy the database.
        throw Error{Errc::configuration,
                    fmt::format("the database file {} has {} names (hard links); a database must "
                                "have one, copy it instead",
                                path.string(), status.st_nlink)};
    }
}

using Handle = std::unique_ptr<sqlite3, DatabaseFile::Closer>;

// Opens and looks at the header. A fresh database is empty and passes; so does a busy one, for
// which the connection itself will wait as long as configured.
int try_open(const std::string& uri, int flags, Handle& handle) {
    sqlite3* db = nullptr;
    const int opened = sqlite3_open_v2(uri.c_str(), &db, flags | SQLITE_OPEN_URI, nullptr);
    handle.reset(db);
    if (opened != SQLITE_OK) {
        return sqlite3_extended_errcode(db);
    }
    const int read =
        sqlite3_exec(db, "SELECT 1 FROM sqlite_schema LIMIT 1", nullptr, nullptr, nullptr);
    return read == SQLITE_OK || read == SQLITE_BUSY ? SQLITE_OK : sqlite3_extended_errcode(db);
}

bool may_write(const fs::path& path) {
    return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
}

[[noreturn]] void throw_open(int code, sqlite3* db, const fs::path& path) {
    const int cause = db != nullptr ? sqlite3_system_errno(db) : 0;
    if ((code & 0xff) == SQLITE_CANTOPEN && cause != 0) {
        throw_system(cause, "open the database", path);
    }
    throw make_error(code, db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code),
                     fmt::format("open the database {}", path.string()), {});
}

}  // namespace

std::string encode_path(std::string_view path) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    static constexpr std::string_view plain = "-._~/";
    std::string encoded;
    encoded.reserve(path.size() + 16);
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter || (c >= '0' && c <= '9') || plain.find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            encoded += '%';
            encoded += digits[byte >> 4U];
            encoded += digits[byte & 0xfU];
        }
    }
    return encoded;
}

void DatabaseFile::Closer::operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }

DatabaseFile::DatabaseFile(std::string path)
    : configured_{std::move(path)}, in_memory_{configured_.empty() || configured_ == ":memory:"} {
    if (configured_.find('\0') != std::string::npos) {
        throw Error{Errc::configuration, "the database path holds a NUL byte"};
    }
}

void DatabaseFile::make_parent() const { make_folder(fs::absolute(configured_).parent_path()); }

fs::path DatabaseFile::resolved() const {
    fs::path path = fs::absolute(configured_);
    for (int links = 0; links < most_links; ++links) {
        std::error_code error;
        const fs::path folder = fs::canonical(path.parent_path(), error);
        if (error) {
            throw_system(error.value(), "find the folder of the database", path);
        }
        path = folder / path.filename();
        if (!fs::is_symlink(path, error)) {
            return path;
        }
        const fs::path target = fs::read_symlink(path, error);
        if (error) {
            throw_system(error.value(), "follow the link", path);
        }
        path = folder / target;  // an absolute target replaces the folder
    }
    throw_system(ELOOP, "follow the links of the database", configured_);
}

DatabaseFile::Opening DatabaseFile::prepare(Access access) const {
    if (in_memory_) {
        return {configured_.empty() ? "file:?mode=rwc" : "file::memory:", false, nullptr};
    }
    if (access == Access::create) {
        make_parent();
    }
    const fs::path path = resolved();
    struct stat status{};
    const bool exists = ::stat(path.c_str(), &status) == 0;
    if (!exists && (errno != ENOENT || access != Access::create)) {
        throw_system(errno, "open the database", path);
    }
    if (exists) {
        refuse_what_is_no_file(status, path);
    } else if (!may_write(path.parent_path())) {
        // SQLite would go on to try read-only and say that there is no file.
        throw_system(EACCES, "make the database", path);
    }

    const std::string base = "file:" + encode_path(path.string());
    Handle handle;
    if (access == Access::read_only) {
        const std::string uri = base + "?mode=ro";
        const int code = try_open(uri, SQLITE_OPEN_READONLY, handle);
        if (code == SQLITE_OK) {
            return {uri, false, std::move(handle)};
        }
        // A write-ahead database needs a -shm file beside it. Where none can be made and there is
        // nothing in a -wal, the file alone is the whole truth.
        std::error_code none;
        const auto log = fs::file_size(path.string() + "-wal", none);
        const int kind = code & 0xff;
        if ((kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY) &&
            !may_write(path.parent_path()) && (none || log == 0)) {
            const std::string immutable = uri + "&immutable=1";
            if (try_open(immutable, SQLITE_OPEN_READONLY, handle) == SQLITE_OK) {
                return {immutable, true, std::move(handle)};
            }
        }
        throw_open(code, handle.get(), path);
    }

    const std::string uri = base + (access == Access::create ? "?mode=rwc" : "?mode=rw");
    const int create = access == Access::create ? SQLITE_OPEN_CREATE : 0;
    const int code = try_open(uri, SQLITE_OPEN_READWRITE | create, handle);
    // SQLite opens a file that may not be written read-only and says nothing.
    if (exists && !may_write(path)) {
        throw_system(EACCES, "open the database for writing", path);
    }
    if (sqlite3_db_readonly(handle.get(), "main") == 1) {
        throw Error{Errc::corrupt,
                    fmt::format("cannot open the database {} for writing: its header asks for a "
                                "newer SQLite than {}, or is damaged; use a newer library, or "
                                "restore a copy of the file",
                                path.string(), sqlite3_libversion())};
    }
    if (code != SQLITE_OK) {
        throw_open(code, handle.get(), path);
    }
    return {uri, false, std::move(handle)};
}

}  // namespace enginebay::sqlite
