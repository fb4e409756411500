// SPDX-License-Identifier: BSL-1.0
// LossWatch: compares a database after tables were copied with what it was and what the operations
// declare. Whatever is missing beyond that is put back, or the whole revision is refused.
// Threads: used by the thread that uses the connection.
#pragma once

#include "changes.hpp"
#include "snapshot.hpp"

#include <enginebay/migrator.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

struct sqlite3;

namespace enginebay::sqlite {

class LossWatch final : public ChangeWatch {
public:
    LossWatch(sqlite3* db, Changes changes, Schema before);
    void verify(const Schema& after) override;

    /// Of the tables that will be copied; empty where rows may come and go on the way.
    [[nodiscard]] const std::map<std::string, std::int64_t>& rows_before() const noexcept {
        return was_.rows;
    }

private:
    [[nodiscard]] Structure expected(const Schema& after) const;
    [[nodiscard]] Structure missing(const Structure& expected, const Structure& live) const;
    void put_back(const Structure& missing);
    void check_numbers(const Snapshot& now, const Schema& after);
    void check_orphans(const Snapshot& now);
    void check_views(const Snapshot& now);
    void check_rows();
    void check_values(const Schema& after);

    sqlite3* db_;
    Changes changes_;
    Schema before_;
    Snapshot was_;
    std::vector<std::string> faults_;
};

}  // namespace enginebay::sqlite
