// SPDX-License-Identifier: BSL-1.0
// Rows of the store as JSON objects: field names are column names, times are ISO 8601 in UTC.
// Threads: pure functions.
#pragma once

#include "store/rows.hpp"
#include "store/session_row.hpp"

#include <enginebay/value.hpp>

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace teleclaude {

inline Poco::Dynamic::Var to_var(const std::string& text) { return text; }
inline Poco::Dynamic::Var to_var(std::int64_t number) { return number; }
inline Poco::Dynamic::Var to_var(bool truth) { return truth; }
/// 2026-01-02T03:04:05.000006Z
Poco::Dynamic::Var to_var(enginebay::Timestamp instant);
template <class T>
Poco::Dynamic::Var to_var(const std::optional<T>& value) {
    return value ? to_var(*value) : Poco::Dynamic::Var{};
}

/// Text that is JSON as what it says, other text as a string.
Poco::Dynamic::Var json_or_text(const std::string& text);

template <class Row>
Poco::JSON::Object::Ptr to_object(const Row& row) {
    Poco::JSON::Object::Ptr object{new Poco::JSON::Object{Poco::JSON_PRESERVE_KEY_ORDER}};
    for_each_field(row, [&object](std::string_view name, const auto& member) {
        object->set(std::string{name}, to_var(member));
    });
    return object;
}

/// With its metadata and transcript files as JSON; metadata that are malformed stand as they are in
/// "adapter_metadata_raw".
Poco::JSON::Object::Ptr to_object(const SessionRow& row);

template <class Row>
Poco::JSON::Array::Ptr to_array(const std::vector<Row>& rows) {
    Poco::JSON::Array::Ptr array{new Poco::JSON::Array};
    for (const Row& row : rows) {
        array->add(to_object(row));
    }
    return array;
}

}  // namespace teleclaude
