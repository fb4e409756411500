// SPDX-License-Identifier: BSL-1.0
// Asks the backend for its extension.
#include "migration/copy.hpp"

#include <enginebay/extensions.hpp>

#include <memory>

namespace enginebay::migration {

std::string copy_database(Engine& engine, std::string_view label) {
    if (engine.connection_limit() == 1) {
        return {};  // a database that lives in its one connection is gone with it, copy or not
    }
    const std::unique_ptr<Connection> connection = engine.connect(Access::read_only);
    auto* backup = static_cast<BackupExtension*>(connection->extension(backup_extension));
    return backup == nullptr ? std::string{} : backup->copy(label);
}

}  // namespace enginebay::migration
