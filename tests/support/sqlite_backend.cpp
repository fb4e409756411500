// SPDX-License-Identifier: BSL-1.0
// SQLite for the tests: each database a file in a folder of its own.
#include "support/backends.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <stdexcept>

namespace enginebay::testing {
namespace {

using Handle = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;

void check(const Handle& handle, int status, const std::string& what) {
    if (status != SQLITE_OK) {
        throw std::runtime_error(what + ": " + sqlite3_errmsg(handle.get()));
    }
}

Handle open(const DatabaseConfig& database) {
    sqlite3* raw = nullptr;
    const int status = sqlite3_open_v2(database.path.c_str(), &raw,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    Handle handle{raw, sqlite3_close};
    check(handle, status, "open " + database.path);
    sqlite3_busy_timeout(raw, 5000);
    return handle;
}

class SqliteBackend final : public Backend {
public:
    std::string name() const override { return "sqlite"; }
    Location location() const override { return Location::file; }
    std::string unavailable() const override { return {}; }

    TestDatabase create_database() override {
        auto folder = std::make_shared<TemporaryFolder>();
        DatabaseConfig config;
        config.engine = name();
        config.product = "testing";
        config.path = *folder / "test.db";
        return {std::move(config), std::move(folder)};
    }

    bool kill_connections(const DatabaseConfig&) override { return false; }

    // Whoever holds a lock on a file that is gone from its place holds nothing.
    void break_lock(const DatabaseConfig& database) override {
        const std::filesystem::path file = database.path + ".lock";
        std::filesystem::rename(file, file.string() + ".moved");
        write_file(file, "");
    }

    bool corrupt(const DatabaseConfig& database) override {
        write_file(database.path, "This is no database, but it is long enough to be one." +
                                      std::string(8192, 'x'));
        return true;
    }

    std::string footprint(const DatabaseConfig& database) override {
        const Handle handle = open(database);
        std::string names;
        const auto add = [](void* all, int, char** cells, char**) {
            *static_cast<std::string*>(all) += std::string{cells[0]} + ' ';
            return 0;
        };
        check(handle,
              sqlite3_exec(handle.get(), "SELECT type || ':' || name FROM sqlite_schema ORDER BY 1",
                           add, &names, nullptr),
              "footprint");
        for (const auto& file : std::filesystem::directory_iterator{
                 std::filesystem::path{database.path}.parent_path()}) {
            const std::string name = file.path().filename();
            names += name.ends_with("-wal") || name.ends_with("-shm") ? "" : name + ' ';
        }
        return names;
    }

    DatabaseConfig unreachable(DatabaseConfig config) override {
        // Below a file there can be no folder, and so no database either.
        write_file(config.path + "-file", "");
        config.path += "-file/test.db";
        return config;
    }

    DatabaseConfig missing(DatabaseConfig config) override {
        config.path += "-missing";
        return config;
    }

    // Rights do not stop root; a file of the kernel that can only be written does.
    DatabaseConfig forbidden(DatabaseConfig config) override {
        if (::geteuid() == 0) {
            config.path = "/sys/bus/platform/drivers_probe";
            return config;
        }
        config.path += "-forbidden";
        write_file(config.path, "");
        std::filesystem::permissions(config.path, std::filesystem::perms::none);
        return config;
    }

    DatabaseConfig impatient(DatabaseConfig config) override {
        config.options["busy_timeout"] = "200ms";
        return config;
    }

    DatabaseConfig respelt(DatabaseConfig config) override {
        const std::filesystem::path link = config.path + "-link";
        std::filesystem::remove(link);
        std::filesystem::create_symlink(config.path, link);
        config.path = link;
        return config;
    }

    RunResult run_script(const DatabaseConfig& database,
                         const std::filesystem::path& script) const override {
        return run({"sqlite3", database.path, ".read " + script.string()});
    }

    std::string option() const override { return "busy_timeout"; }

    std::string search(const std::string&, const SearchIndex& index) const override {
        return "SELECT rowid FROM " + index.name + " WHERE " + index.name + " MATCH ?";
    }

    void tamper(const DatabaseConfig& database, const std::string& sql) override {
        const Handle handle = open(database);
        check(handle, sqlite3_exec(handle.get(), sql.c_str(), nullptr, nullptr, nullptr), sql);
    }
};

}  // namespace

std::unique_ptr<Backend> make_sqlite_backend() { return std::make_unique<SqliteBackend>(); }

}  // namespace enginebay::testing
