// SPDX-License-Identifier: BSL-1.0
// PluginFile: a candidate's file, opened once; every look at its content goes through here.
// Threads: one at a time.  Ownership: owns the descriptor, closes it.
//
// Read with pread, never mapped: a file that somebody shortens meanwhile gives a short read here
// and a SIGBUS there.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace enginebay::host {

/// What must not have changed between verifying a file and having loaded it.
struct FileIdentity {
    std::uint64_t device{0};
    std::uint64_t inode{0};
    std::uint64_t size{0};
    std::int64_t modified_seconds{0};
    std::int64_t modified_nanoseconds{0};
    bool operator==(const FileIdentity&) const = default;
};

FileIdentity identity_of(const struct stat& facts) noexcept;

class PluginFile final {
public:
    /// Throws Refusal unless it is a regular file with content that we may read.
    explicit PluginFile(std::filesystem::path path);
    PluginFile(const PluginFile&) = delete;
    PluginFile& operator=(const PluginFile&) = delete;
    ~PluginFile();

    /// Fills `into` from `offset`; throws Refusal where the file ends before that.
    void read(std::uint64_t offset, std::span<std::byte> into) const;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] const struct stat& facts() const noexcept { return facts_; }
    [[nodiscard]] std::uint64_t size() const noexcept {
        return static_cast<std::uint64_t>(facts_.st_size);
    }
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

    /// Throws Refusal when what now stands at the path, or the open file itself, is not what was
    /// opened.
    void require_unchanged() const;

private:
    std::filesystem::path path_;
    int descriptor_{-1};
    struct stat facts_{};
};

}  // namespace enginebay::host
