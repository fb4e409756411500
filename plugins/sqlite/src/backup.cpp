// SPDX-License-Identifier: BSL-1.0
// Room, pages, verification, and only then the name.
#include "backup.hpp"

#include "backup_file.hpp"
#include "database_file.hpp"
#include "error_map.hpp"
#include "raw.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>
#include <memory>

namespace enginebay::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr int pages_at_once = 1024;

using Handle = std::unique_ptr<sqlite3, DatabaseFile::Closer>;

Handle open(const fs::path& file, std::string_view how, int flags) {
    const std::string uri = "file:" + encode_path(file.string()) + std::string{how};
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(uri.c_str(), &db, flags | SQLITE_OPEN_URI, nullptr);
    Handle handle{db};
    if (code != SQLITE_OK) {
        throw native_error(db, fmt::format("open the copy {}", file.string()), {});
    }
    return handle;
}

std::int64_t read_number(sqlite3* db, std::string_view sql) {
    RawStatement statement{db, sql};
    return statement.step() ? statement.integer(0) : 0;
}

// The copy is nobody's database yet: neither a journal nor a flush for each page is of use.
void copy_pages(sqlite3* from, const fs::path& file) {
    const Handle to = open(file, "?mode=rw", SQLITE_OPEN_READWRITE);
    run(to.get(), "PRAGMA journal_mode = OFF");
    run(to.get(), "PRAGMA synchronous = OFF");
    const auto attempted = fmt::format("copy the database to {}", file.string());
    sqlite3_backup* backup = sqlite3_backup_init(to.get(), "main", from, "main");
    if (backup == nullptr) {
        throw native_error(to.get(), attempted, {});
    }
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup, pages_at_once);
    }
    const int finished = sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE || finished != SQLITE_OK) {
        const int reason = code != SQLITE_DONE ? code : finished;
        throw make_error(reason, sqlite3_errstr(reason), attempted, {});
    }
}

// What newer SQLite libraries say about a search index that is behind its table: it is made anew
// from the table, so it is no damage.
bool is_about_search(const std::string& fault) {
    return fault.starts_with("malformed inverted index");
}

void verify(const fs::path& file, std::int64_t pages) {
    // Nobody else opens it: without locks, and without a -wal of its own.
    const Handle db = open(file, "?mode=ro&immutable=1", SQLITE_OPEN_READONLY);
    if (const std::int64_t copied = read_number(db.get(), "PRAGMA page_count"); copied != pages) {
        throw Error{Errc::io, fmt::format("the copy {} has {} pages instead of {}; nothing was "
                                          "changed",
                                          file.string(), copied, pages)};
    }
    RawStatement check{db.get(), "PRAGMA integrity_check"};
    while (check.step()) {
        const std::string fault = check.text(0);
        if (fault != "ok" && !is_about_search(fault)) {
            throw Error{Errc::corrupt,
                        fmt::format("the database is damaged, so it was not changed: {}; mend it "
                                    "or restore an older copy",
                                    fault)};
        }
    }
}

}  // namespace

bool Backup::possible() const noexcept {
    const char* name = sqlite3_db_filename(db_, "main");
    return name != nullptr && *name != '\0';
}

std::string Backup::copy(std::string_view label) {
    if (!possible() || sqlite3_get_autocommit(db_) == 0) {
        throw Error{Errc::usage, "a copy is made of a database file, outside a transaction"};
    }
    const fs::path database{sqlite3_db_filename(db_, "main")};
    // From here on the same state is read, whoever commits meanwhile.
    run(db_, "BEGIN");
    const std::unique_ptr<sqlite3, void (*)(sqlite3*)> reading{
        db_, [](sqlite3* db) { sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr); }};
    (void)read_number(db_, "SELECT count(*) FROM sqlite_schema");
    const std::int64_t pages = read_number(db_, "PRAGMA page_count");
    const std::int64_t size = pages * read_number(db_, "PRAGMA page_size");
    require_room(database, size);

    BackupFile file{database, label};
    copy_pages(db_, file.unfinished());
    verify(file.unfinished(), pages);
    return file.finish().string();
}

}  // namespace enginebay::sqlite
