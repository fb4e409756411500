// SPDX-License-Identifier: BSL-1.0
// A value as YAML.
// Threads: pure.
#pragma once

#include "yaml/writer.hpp"

#include <enginebay/value.hpp>

namespace enginebay::migration {

/// A text that looks like a number is quoted; a whole real keeps its point.
yaml::Item written(const Value& value);

}  // namespace enginebay::migration
