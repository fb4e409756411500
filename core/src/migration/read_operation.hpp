// SPDX-License-Identifier: BSL-1.0
// Operations from YAML: `- <operation>: {...}`. A new operation is one row in the table behind it.
// Threads: pure. Throws the document's error with the place in the file.
#pragma once

#include "yaml/document.hpp"

#include <enginebay/operation.hpp>

#include <string_view>
#include <vector>

namespace enginebay::migration {

/// One element of `upgrade:` or `downgrade:`.
Operation read_operation(const yaml::Node& node);

/// The name an operation has in a file.
std::string_view operation_name(const Operation& operation);

}  // namespace enginebay::migration
