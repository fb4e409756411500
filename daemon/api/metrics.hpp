// SPDX-License-Identifier: BSL-1.0
// GET /metrics: the daemon in numbers, as Prometheus reads them. Asks the database nothing.
// Threads: many at once.
#pragma once

#include "api/http.hpp"
#include "histogram.hpp"
#include "lock_keeper.hpp"
#include "loops/loop.hpp"
#include "statement_metrics.hpp"
#include "store/store.hpp"

#include <enginebay/database.hpp>
#include <enginebay/migrations.hpp>

#include <memory>
#include <string>
#include <vector>

namespace teleclaude {

/// What is told; all of it outlives the resource.
struct MetricsSource {
    std::string engine;
    std::string server_version;
    std::string revision;
    const LockKeeper* lock{nullptr};
    const enginebay::Database* database{nullptr};
    const enginebay::UpgradeReport* migrations{nullptr};
    const StatementMetrics* statements{nullptr};
    const StoreMetrics* store{nullptr};
    const RequestMetrics* requests{nullptr};
    const std::vector<std::unique_ptr<Loop>>* loops{nullptr};
};

Resource metrics_resource(MetricsSource source);

}  // namespace teleclaude
