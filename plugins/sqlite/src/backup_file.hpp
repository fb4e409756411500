// SPDX-License-Identifier: BSL-1.0
// BackupFile: the file of a copy, which has its name only once it is whole and durable.
// Threads: one.  Ownership: removes the unfinished file unless it was finished.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace enginebay::sqlite {

/// Throws Errc::io, naming both sizes, where a copy of `size` bytes and as much again for the
/// changes that follow have no room beside `database`.
void require_room(const std::filesystem::path& database, std::int64_t size);

class BackupFile {
public:
    /// Makes it, empty, readable for its owner only. What a killed predecessor left is removed.
    BackupFile(const std::filesystem::path& database, std::string_view label);
    BackupFile(const BackupFile&) = delete;
    BackupFile& operator=(const BackupFile&) = delete;
    ~BackupFile();

    [[nodiscard]] const std::filesystem::path& unfinished() const noexcept { return unfinished_; }

    /// Writes it to the disk, gives it the rights of the database and its name; gives that name.
    /// An equal copy that is there already is kept instead.
    std::filesystem::path finish();

private:
    [[nodiscard]] std::filesystem::path name(int number) const;

    std::filesystem::path database_;
    std::filesystem::path wanted_;
    std::filesystem::path unfinished_;
};

}  // namespace enginebay::sqlite
