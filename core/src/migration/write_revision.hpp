// SPDX-License-Identifier: BSL-1.0
// Operations and their parts as YAML: what read_operation reads.
// Threads: pure.
#pragma once

#include "yaml/writer.hpp"

#include <enginebay/operation.hpp>
#include <enginebay/schema.hpp>

namespace enginebay::migration {

yaml::Item written(const Column& column);
yaml::Item written(const UniqueConstraint& unique);
yaml::Item written(const CheckConstraint& check);
yaml::Item written(const ForeignKey& key);
yaml::Item written(const Index& index);
yaml::Item written(const SearchIndex& index);
yaml::Item written(const Table& table);

/// One element of `upgrade:` or `downgrade:`.
yaml::Item written(const Operation& operation);

}  // namespace enginebay::migration
