// SPDX-License-Identifier: BSL-1.0
// Takes both files, watches them, says who has them.
#include "instance_lock.hpp"

#include "lock_file.hpp"

#include <enginebay/error.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>
#include <utility>

namespace enginebay::sqlite {
namespace {

namespace fs = std::filesystem;

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string describe_ourselves() {
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    return fmt::format("pid={}\nhost={}\nsince={:%Y-%m-%dT%H:%M:%SZ}\n", ::getpid(), host_name(),
                       fmt::gmtime(now));
}

// Both forms: our lines, and the bare number of the older daemon.
LockHolder read_holder(const fs::path& path) {
    LockHolder holder;
    holder.what = path.string();
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);) {
        const std::size_t equals = line.find('=');
        const std::string key = equals == std::string::npos ? "pid" : line.substr(0, equals);
        const std::string value = equals == std::string::npos ? line : line.substr(equals + 1);
        if (key == "pid") {
            std::from_chars(value.data(), value.data() + value.size(), holder.pid);
        } else if (key == "host") {
            holder.host = value;
        } else if (key == "since") {
            holder.since = value;
        }
    }
    return holder;
}

// Looks at the files now and then, on a thread of its own.
class Watch {
public:
    Watch(const std::vector<LockFile>& files, const LockOptions& options)
        : files_{files}, options_{options} {
        thread_ = std::thread{[this] { run(); }};
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() {
        {
            const std::lock_guard lock{mutex_};
            ending_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }
    [[nodiscard]] bool held() const noexcept { return held_; }

private:
    void run() {
        const auto pause = std::max(options_.loss_bound / 2, std::chrono::milliseconds{1});
        std::unique_lock lock{mutex_};
        while (!wake_.wait_for(lock, pause, [this] { return ending_; })) {
            const auto gone = std::find_if(files_.begin(), files_.end(),
                                           [](const LockFile& file) { return !file.in_place(); });
            if (gone != files_.end()) {
                held_ = false;
                lock.unlock();
                if (options_.on_loss) {
                    options_.on_loss(fmt::format(
                        "the lock file {} was removed or replaced: another daemon could start",
                        gone->path().string()));
                }
                return;
            }
        }
    }

    const std::vector<LockFile>& files_;
    const LockOptions& options_;
    std::atomic<bool> held_{true};
    std::mutex mutex_;
    std::condition_variable wake_;
    bool ending_{false};
    std::thread thread_;
};

class Guard final : public LockGuard {
public:
    Guard(std::vector<LockFile> files, LockOptions options)
        : files_{std::move(files)},
          options_{std::move(options)},
          owner_{::getpid()},
          watch_{std::make_unique<Watch>(files_, options_)} {}

    ~Guard() override {
        if (owner_ != ::getpid()) {
            // A forked child has a copy of the watch and none of its thread: it cannot be ended,
            // only left behind.
            [[maybe_unused]] const Watch* left_behind = watch_.release();
        }
    }

    [[nodiscard]] bool held() const noexcept override { return watch_->held(); }

    [[nodiscard]] std::string describe() const override {
        if (files_.empty()) {
            return "nothing: a database in memory is out of every other process's reach";
        }
        std::string text = "flock on";
        for (const LockFile& file : files_) {
            text +=
                fmt::format("{} {}", &file == &files_.front() ? "" : " and", file.path().string());
        }
        return text;
    }

private:
    std::vector<LockFile> files_;
    LockOptions options_;
    pid_t owner_;
    std::unique_ptr<Watch> watch_;  // last: it ends before what it looks at
};

// Two spellings of one file, whether it exists or not.
bool same_place(const fs::path& a, const fs::path& b) {
    std::error_code error;
    return a == b || fs::equivalent(a, b, error) ||
           (a.filename() == b.filename() &&
            fs::equivalent(a.parent_path(), b.parent_path(), error));
}

// Locking writes into the file: it must not be the database, nor one that SQLite keeps beside it.
void refuse_the_database_s_files(const fs::path& wanted, const fs::path& database) {
    for (const std::string_view suffix : {"", "-wal", "-shm", "-journal", ".lock"}) {
        if (same_place(wanted, database.string() + std::string{suffix})) {
            throw Error{
                Errc::configuration,
                fmt::format("{} cannot be the lock file of {}: it is the database or one of "
                            "its own files; name another with the option lock_file, or "
                            "rename the database",
                            wanted.string(), database.string())};
        }
    }
}

// A lock name as part of a file name.
std::string file_safe(std::string name) {
    std::replace_if(
        name.begin(), name.end(),
        [](char c) {
            return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_');
        },
        '_');
    return name;
}

}  // namespace

SqliteInstanceLock::SqliteInstanceLock(DatabaseFile file, std::string product, Options options,
                                       LockOptions lock)
    : file_{std::move(file)},
      product_{std::move(product)},
      options_{std::move(options)},
      lock_{std::move(lock)} {}

// The daemon's own lock is `<database>.lock` with the older daemon's pid file; any other name is a
// lock of its own, of its product.
SqliteInstanceLock::Paths SqliteInstanceLock::paths() const {
    const fs::path database = file_.resolved();
    const bool daemon = lock_.name.empty() || lock_.name == product_ + "-daemon";
    if (!daemon) {
        return {fmt::format("{}.{}.{}.lock", database.string(), file_safe(product_),
                            file_safe(lock_.name)),
                std::nullopt};
    }
    Paths paths{database.string() + ".lock", std::nullopt};
    if (!options_.lock_file.empty() && options_.lock_file != "none") {
        paths.pid = database.parent_path() / options_.lock_file;  // an absolute one stays itself
    } else if (options_.lock_file.empty() && !product_.empty()) {
        paths.pid = database.parent_path() / (product_ + ".pid");
    }
    if (paths.pid) {
        *paths.pid = paths.pid->lexically_normal();
        refuse_the_database_s_files(*paths.pid, database);
    }
    return paths;
}

LockAttempt SqliteInstanceLock::try_acquire() {
    if (file_.in_memory()) {
        return {std::make_unique<Guard>(std::vector<LockFile>{}, lock_), {}};
    }
    file_.make_parent();  // a daemon locks first and makes the database afterwards
    const Paths wanted = paths();
    if (!options_.network_file_system) {
        refuse_network_file_system(wanted.lock.parent_path());
    }
    std::vector<LockFile> files;
    for (const auto& path : {std::optional{wanted.lock}, wanted.pid}) {
        if (!path) {
            continue;
        }
        auto file = LockFile::try_lock(*path);
        if (!file) {
            return {nullptr, read_holder(*path)};
        }
        files.push_back(std::move(*file));
    }
    files.front().write(describe_ourselves());
    if (files.size() > 1) {
        files.back().write(std::to_string(::getpid()));
    }
    LockHolder ourselves = read_holder(wanted.lock);
    return {std::make_unique<Guard>(std::move(files), lock_), std::move(ourselves)};
}

LockHolder SqliteInstanceLock::holder() {
    if (file_.in_memory()) {
        return {};
    }
    const Paths wanted = paths();
    if (LockFile::is_locked(wanted.lock)) {
        return read_holder(wanted.lock);
    }
    if (wanted.pid && LockFile::is_locked(*wanted.pid)) {
        return read_holder(*wanted.pid);
    }
    return {};
}

}  // namespace enginebay::sqlite
