// SPDX-License-Identifier: BSL-1.0
// The pages that show a report: the table between two marks of performance.md, the chart, the
// figures.
#pragma once

#include "report.hpp"

#include <filesystem>

namespace enginebay::bench {

/// Writes performance.json and performance.svg and what stands between the marks in
/// performance.md. Throws std::runtime_error where the page or its marks are missing.
void write_documents(const std::filesystem::path& folder, const Report& report);

/// Writes a whole file or throws.
void write_file(const std::filesystem::path& file, const std::string& text);

/// The processor, the kernel, the compiler, the day.
std::vector<Fact> facts_of_this_machine();

}  // namespace enginebay::bench
