// SPDX-License-Identifier: BSL-1.0
// What a running migration shows: a bar on a terminal, lines elsewhere.
#pragma once

#include <enginebay/migrations.hpp>

#include <chrono>
#include <string>

namespace enginebay::cli {

class Progress {
public:
    Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    /// Leaves the terminal's line clean, whatever happened.
    ~Progress();

    void show(const MigrationProgress& progress);

private:
    void bar(const MigrationProgress& progress);
    void rows(const MigrationProgress& progress);
    void line(const std::string& text);

    bool terminal_;
    bool drawn_{false};
    std::chrono::steady_clock::time_point told_{};  ///< the last line about rows
};

}  // namespace enginebay::cli
