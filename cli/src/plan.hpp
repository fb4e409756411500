// SPDX-License-Identifier: BSL-1.0
// What an upgrade would do, as text or JSON.
#pragma once

#include <string>

namespace enginebay::cli {

class Program;

int print_plan(Program& program, const std::string& target);

}  // namespace enginebay::cli
