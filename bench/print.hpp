// SPDX-License-Identifier: BSL-1.0
// A report for people: as a table for a terminal, as Markdown, as a chart, and beside an earlier
// one.
#pragma once

#include "report.hpp"

#include <ostream>

namespace enginebay::bench {

void print_table(std::ostream& out, const Report& report);
void print_markdown(std::ostream& out, const Report& report);
/// An SVG image: for each row and backend a bar for each side's ratio to the raw C API.
void print_chart(std::ostream& out, const Report& report);

/// The rows of both by how much ours changed against the raw C API, worst first; whether none got
/// worse by more than the rounds scatter.
bool print_comparison(std::ostream& out, const Report& earlier, const Report& now);

}  // namespace enginebay::bench
