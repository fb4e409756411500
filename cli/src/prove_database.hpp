// SPDX-License-Identifier: BSL-1.0
// ScratchDatabase: a database beside the configured one, made for a proof and gone after it.
// Threads: one.  Ownership: removes what it made.
#pragma once

#include "program.hpp"

#include <enginebay/config.hpp>
#include <enginebay/engine.hpp>

#include <memory>
#include <string>

namespace enginebay::cli {

class ScratchDatabase {
public:
    /// A file in a temporary folder, or a database of its own on the configured server, which needs
    /// the right to create one.
    explicit ScratchDatabase(Program& program);
    ScratchDatabase(const ScratchDatabase&) = delete;
    ScratchDatabase& operator=(const ScratchDatabase&) = delete;
    ~ScratchDatabase();

    /// Empty again.
    void renew();
    [[nodiscard]] Engine& engine() { return *engine_; }

private:
    void create();
    void remove();
    void drop_database();

    Program& program_;
    DatabaseConfig config_;
    bool file_;
    std::string folder_;
    std::unique_ptr<Engine> engine_;
};

}  // namespace enginebay::cli
