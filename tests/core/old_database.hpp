// SPDX-License-Identifier: BSL-1.0
// OldDatabase: a database as the old daemon left it, at any point of its history, made with the
// bare SQLite library: so that what is to be proved does not prove itself. Threads: one. Ownership:
// owns the open file.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace enginebay::testing {

/// One migration of the old daemon. Its runner committed the statements one by one as far as
/// `together`, those from there on at once, and then, by itself, the row that says it ran.
struct OldStep {
    std::string version;
    std::vector<std::string> statements;
    std::size_t together{0};
    std::vector<std::string> rows;  ///< what users wrote before the next step
};

/// A file of old_daemon/.
struct OldHistory {
    explicit OldHistory(const std::filesystem::path& file);

    std::vector<std::string> begin;
    std::vector<std::string> rows;
    std::vector<OldStep> steps;
};

class OldDatabase {
public:
    explicit OldDatabase(const std::filesystem::path& file);

    /// What the history begins with, and the first `count` steps, each recorded; rows in between.
    void run_history(const OldHistory& history, std::size_t count);
    /// The steps from `first` on without rows, as the old daemon's next start ran them.
    void run_steps(const OldHistory& history, std::size_t first);
    /// The first statements of a step, as a crash leaves them: those that were committed.
    void run_part(const OldStep& step, std::size_t count);
    void record(const OldStep& step);
    /// The last schema.sql (what `fresh` begins with) as the old daemon ran it at each start: ended
    /// by the first statement that fails.
    void run_schema(const OldHistory& fresh);

    void run(const std::string& sql);
    /// All rows of a query as one text, types and lengths included.
    std::string dump(const std::string& sql);

    /// Table -> its rows in order, the columns by name, as `column=type:length:bytes`; without our
    /// own tables, and without the times in the list of versions.
    std::map<std::string, std::vector<std::string>> rows();

private:
    void run_all(const std::vector<std::string>& statements);

    std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle_{nullptr, sqlite3_close};
};

/// Rows, as OldDatabase::rows() gives them, as they are after 0002: each time that
/// parse_timestamp() reads in the one written form, and what was never to be tried again with a
/// status that says so.
std::map<std::string, std::vector<std::string>> with_one_spelling(
    std::map<std::string, std::vector<std::string>> rows);

}  // namespace enginebay::testing
