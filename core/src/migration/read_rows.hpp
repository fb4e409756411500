// SPDX-License-Identifier: BSL-1.0
// Row operations from YAML: insert_rows, update_rows, delete_rows.
// Threads: pure. Throws the document's error with the place in the file.
#pragma once

#include "yaml/document.hpp"

#include <enginebay/operation.hpp>

namespace enginebay::migration {

Operation read_insert_rows(const yaml::Node& node);
Operation read_update_rows(const yaml::Node& node);
Operation read_delete_rows(const yaml::Node& node);

}  // namespace enginebay::migration
