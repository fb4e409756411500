// SPDX-License-Identifier: BSL-1.0
// TemporaryFolder: a fresh folder that is gone, with everything in it, when the object is.
// Threads: one.  Ownership: the object owns the folder on disk.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace enginebay::testing {

class TemporaryFolder {
public:
    /// Made by mkdtemp under TMPDIR, else /tmp; mode 0700. Throws std::system_error.
    TemporaryFolder();
    TemporaryFolder(TemporaryFolder&& other) noexcept;
    TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
        return path_ / name;
    }

private:
    void remove() noexcept;
    std::filesystem::path path_;
};

/// The file's whole content; throws std::system_error when it cannot be read.
std::string read_file(const std::filesystem::path& file);
/// Makes or replaces the file (and the folders above it).
void write_file(const std::filesystem::path& file, std::string_view content);

}  // namespace enginebay::testing
