// SPDX-License-Identifier: BSL-1.0
// Backup: a verified copy of the database beside it, made through SQLite's own interface; copying
// the file by hand would miss the write-ahead log, and drop the locks of this process.
// Threads: as the connection's.  Ownership: borrows the connection's handle.
#pragma once

#include <enginebay/extensions.hpp>

#include <string>
#include <string_view>

struct sqlite3;

namespace enginebay::sqlite {

class Backup final : public BackupExtension {
public:
    explicit Backup(sqlite3* db) noexcept : db_{db} {}

    /// False for a database that is no file.
    [[nodiscard]] bool possible() const noexcept;

    /// `<database>.before-<label>`, and `.2`, `.3` behind it where another copy has that name.
    /// Only one caller at a time makes a copy of a database: the one that holds its write lock.
    std::string copy(std::string_view label) override;

private:
    sqlite3* db_;
};

}  // namespace enginebay::sqlite
