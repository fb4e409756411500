// SPDX-License-Identifier: BSL-1.0
// SessionRow: what its metadata means.
#include "store/session_row.hpp"

#include "store/json_text.hpp"

namespace teleclaude {

Poco::JSON::Object::Ptr SessionRow::metadata() const {
    Poco::JSON::Object::Ptr object;
    if (adapter_metadata) {
        object = parse_json_object(*adapter_metadata);
    }
    return object ? object : Poco::JSON::Object::Ptr{new Poco::JSON::Object};
}

bool SessionRow::metadata_malformed() const {
    if (!adapter_metadata || adapter_metadata->empty() || *adapter_metadata == "null") {
        return false;
    }
    return parse_json_object(*adapter_metadata).isNull();
}

}  // namespace teleclaude
