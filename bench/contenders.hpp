// SPDX-License-Identifier: BSL-1.0
// The sides of the rows that are timed within this process, one after another on one processor.
#pragma once

#include "ours.hpp"
#include "python_peer.hpp"
#include "raw.hpp"
#include "report.hpp"
#include "support/backend.hpp"

#include <enginebay/database.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace enginebay::bench {

/// One database with item_count rows; every peer has a connection to it, and so have we.
class Contenders {
public:
    /// With `suffix` behind the names of its rows.
    Contenders(testing::TestDatabase database, std::string suffix, bool python);

    /// Creates the tables and their rows.
    void fill();
    /// Connects the peers, once the tables are there.
    void connect();
    /// Registers rows with Google Benchmark; they refer to this object.
    void register_rows();
    /// Only those where the way to the server counts.
    void register_round_trips();
    /// Says what was measured beside us.
    void describe(std::vector<Fact>& facts);

private:
    /// One row of the report: what each side does for a key. `python` is a method of
    /// sqlalchemy_peer.py, done `batch` times for each question; empty: not there.
    struct Work {
        std::string name;
        std::function<std::size_t(Peer&, std::int64_t)> theirs;
        std::function<std::size_t(std::int64_t)> ours;
        std::string python;
        std::int64_t batch{20};
        std::function<void()> before{};  ///< untimed
    };
    void add(const Work& work);
    void register_point_read();
    void register_checkout();
    void register_together();
    void register_in_transaction();
    void register_upsert();
    void register_transaction();
    void register_scan();
    void register_bulk();
    void add_python(const std::string& row, const Work& work);

    std::string suffix_;
    bool python_wanted_;
    testing::TestDatabase test_database_;
    std::string backend_;
    Database database_;
    std::unique_ptr<Session> session_;  // held, as a unit of work would
    std::vector<std::pair<std::string, std::unique_ptr<Peer>>> peers_;
    std::unique_ptr<Raw> caretaker_;  ///< one that does no work: who clears up has warm caches
    std::unique_ptr<PythonPeer> python_;
    std::vector<BulkRow> rows_;
};

}  // namespace enginebay::bench
