// SPDX-License-Identifier: BSL-1.0
// GET /metrics: the daemon in numbers, as Prometheus reads them. Asks the database nothing.
// Threads: many at once.
#pragma once

#include "api/http.hpp"
#include "histogram.hpp"
#include "loops/loop.hpp"
#include "store/store.hpp"

#include <enginebay/database.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace teleclaude {

/// What is told; all of it outlives the resource.
struct MetricsSource {
    std::string engine;
    std::string revision;
    std::function<bool()> lock_held;
    const enginebay::Database* database{nullptr};
    const StoreMetrics* store{nullptr};
    const RequestMetrics* requests{nullptr};
    const std::vector<std::unique_ptr<Loop>>* loops{nullptr};
};

Resource metrics_resource(MetricsSource source);

}  // namespace teleclaude
