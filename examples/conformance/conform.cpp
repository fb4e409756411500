// SPDX-License-Identifier: BSL-1.0
// PLUGIN_DIR=FOLDER PLUGIN_NAME=NAME conform: the conformance suite over NAME.so, a backend whose
// databases are files.
#include <enginebay/conformance.hpp>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string{value};
}

// A folder of its own for every database, removed with it.
struct Folder {
    fs::path path;
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "conform-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

enginebay::conformance::Backend describe() {
    enginebay::conformance::Backend backend;
    backend.name = environment("PLUGIN_NAME");
    backend.plugin_path = {fs::absolute(environment("PLUGIN_DIR"))};
    backend.create_database = [name = backend.name] {
        auto folder = std::make_shared<Folder>();
        enginebay::DatabaseConfig config;
        config.engine = name;
        config.product = "conform";
        config.path = folder->path / "test.db";
        return enginebay::conformance::Database{config, folder};
    };
    return backend;
}

}  // namespace

int main(int argc, char** argv) { return enginebay::conformance::main(argc, argv, describe); }
