// SPDX-License-Identifier: BSL-1.0
// The two sides of the rows that are timed within this process.
#pragma once

#include "raw.hpp"
#include "support/backend.hpp"

#include <enginebay/database.hpp>

#include <memory>
#include <string>
#include <vector>

namespace enginebay::bench {

/// One database with item_count rows, a raw connection and ours on it.
class Contenders {
public:
    Contenders(testing::Backend& backend, const RawApi& api);

    /// Registers the rows of this backend with Google Benchmark; they refer to this object.
    void register_rows();

private:
    void fill();

    std::string name_;
    testing::TestDatabase test_database_;
    Database database_;
    std::unique_ptr<Session> session_;  // held, as a unit of work would
    std::unique_ptr<Raw> raw_;
    std::vector<BulkRow> rows_;
};

}  // namespace enginebay::bench
