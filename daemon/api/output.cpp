// SPDX-License-Identifier: BSL-1.0
// Rows as JSON: what is not told by the type alone.
#include "api/output.hpp"

#include "store/json_text.hpp"

#include <enginebay/timestamp.hpp>

namespace teleclaude {

Poco::Dynamic::Var to_var(enginebay::Timestamp instant) {
    std::string text{enginebay::to_text(instant).view()};
    text[10] = 'T';
    return text + 'Z';
}

Poco::Dynamic::Var json_or_text(const std::string& text) {
    const auto value = parse_json(text);
    return value ? *value : Poco::Dynamic::Var{text};
}

Poco::JSON::Object::Ptr to_object(const SessionRow& row) {
    Poco::JSON::Object::Ptr object = to_object<SessionRow>(row);
    object->set("adapter_metadata", row.metadata());
    object->set("transcript_files", json_or_text(row.transcript_files));
    if (row.metadata_malformed()) {
        object->set("adapter_metadata_raw", *row.adapter_metadata);
    }
    return object;
}

}  // namespace teleclaude
