// SPDX-License-Identifier: BSL-1.0
// A report as JSON, and back.
#pragma once

#include "report.hpp"

#include <ostream>
#include <string>

namespace enginebay::bench {

void print_json(std::ostream& out, const Report& report);
/// Throws std::runtime_error that names the file.
Report read_json(const std::string& file);

}  // namespace enginebay::bench
