// SPDX-License-Identifier: BSL-1.0
// Refusal: why one candidate is no plugin for this program; thrown by every step of verification.
// Threads: a value.  Never leaves the host: it ends as a line of a report.
#pragma once

#include <stdexcept>
#include <string>

namespace enginebay::host {

class Refusal final : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A value out of a file that nobody vouches for, fit for a message: printable, and not endless.
std::string printable(std::string text, std::size_t longest = 80);

/// The system's words for an errno value.
std::string system_text(int error);

}  // namespace enginebay::host
