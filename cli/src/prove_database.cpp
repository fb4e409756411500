// SPDX-License-Identifier: BSL-1.0
// Makes and removes scratch databases.
#include "prove_database.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

namespace enginebay::cli {

ScratchDatabase::ScratchDatabase(Program& program)
    : program_{program},
      config_{program.settings().database},
      file_{program.host().load(config_.engine).location == Location::file} {
    static int number = 0;
    if (file_) {
        folder_ = (std::filesystem::temp_directory_path() / "enginebay-prove-XXXXXX").string();
        if (::mkdtemp(folder_.data()) == nullptr) {
            throw Error{Errc::io,
                        fmt::format("cannot make a folder like {}: {}", folder_,
                                    std::strerror(errno))};  // NOLINT(concurrency-mt-unsafe)
        }
        config_.path = folder_ + "/proof.db";
    } else {
        config_.dbname = fmt::format("enginebay_prove_{}_{}", ::getpid(), ++number);
    }
    create();
}

ScratchDatabase::~ScratchDatabase() {
    try {
        remove();
    } catch (const std::exception&) {
        // A server that is gone keeps it; its name says where it comes from.
    }
    if (file_) {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
}

void ScratchDatabase::renew() {
    remove();
    create();
}

void ScratchDatabase::create() {
    if (!file_) {
        program_.engine()
            .connect(Access::read_write)
            ->execute("CREATE DATABASE " + program_.engine().dialect().quote(config_.dbname), {});
    }
    engine_ = program_.host().open(config_);
}

void ScratchDatabase::remove() {
    engine_.reset();
    if (!file_) {
        drop_database();
        return;
    }
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator{folder_, ignored}) {
        std::filesystem::remove(entry.path(), ignored);
    }
}

/// A killed child's connection may still be on its way out.
void ScratchDatabase::drop_database() {
    Engine& engine = program_.engine();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    for (;;) {
        try {
            engine.connect(Access::read_write)
                ->execute("DROP DATABASE IF EXISTS " + engine.dialect().quote(config_.dbname), {});
            return;
        } catch (const Error&) {
            if (std::chrono::steady_clock::now() > until) {
                throw;
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
}

}  // namespace enginebay::cli
