// SPDX-License-Identifier: BSL-1.0
// Journal: what the daemon has acknowledged, a line each, on disk before the next request.
// Threads: any function from any thread.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace teleclaude::load {

struct Entry {
    std::string kind;  ///< "hook", "delivered", "session", "title", "setting"
    std::string id;
    std::string mark;  ///< what must be found there
};

class Journal {
public:
    explicit Journal(const std::string& file) : out_{file, std::ios::app} {}
    void add(const Entry& entry);
    static std::vector<Entry> read(const std::string& file);

private:
    std::mutex mutex_;
    std::ofstream out_;
};

/// Asks the daemon for every entry; the entries that are not there, in words.
std::vector<std::string> missing(const std::string& socket, const std::vector<Entry>& entries);

}  // namespace teleclaude::load
