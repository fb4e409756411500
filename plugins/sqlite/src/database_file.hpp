// SPDX-License-Identifier: BSL-1.0
// Where the database is: its resolved path, and whether it can be opened, found out before Poco
// tries (and tries again for a minute).
// Threads: immutable after construction.
#pragma once

#include <enginebay/engine.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;

namespace enginebay::sqlite {

class DatabaseFile {
public:
    /// `path` as configured; ":memory:" and "" (a private temporary database) are no files.
    explicit DatabaseFile(std::string path);

    [[nodiscard]] bool in_memory() const noexcept { return in_memory_; }
    [[nodiscard]] const std::string& configured() const noexcept { return configured_; }

    /// The file itself: its folder resolved, symbolic links of the last component followed, so that
    /// every spelling of one database gives one path. The file need not exist, the folder must.
    [[nodiscard]] std::filesystem::path resolved() const;
    /// Makes the folder it lies in, for its owner only, where there is none.
    void make_parent() const;

    struct Closer {
        void operator()(sqlite3* db) const noexcept;
    };
    struct Opening {
        std::string uri;
        bool immutable{false};  ///< a write-ahead database in a folder that cannot be written
        /// The connection that was tried; kept until the real one stands, because the last one to
        /// close a database folds its write-ahead log.
        std::unique_ptr<sqlite3, Closer> probe;
    };

    /// The URI to open it with. Makes the folder where `access` may create. Throws configuration (a
    /// folder, a device), unreachable (missing), permission, corrupt, io; quickly.
    [[nodiscard]] Opening prepare(Access access) const;

private:
    std::string configured_;
    bool in_memory_;
};

/// Percent-encodes everything but unreserved characters and '/'.
[[nodiscard]] std::string encode_path(std::string_view path);

}  // namespace enginebay::sqlite
