// SPDX-License-Identifier: BSL-1.0
// What the commands print: JSON for programs, tables for people.
#pragma once

#include <enginebay/error.hpp>
#include <enginebay/migrations.hpp>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace enginebay::cli {

/// A JSON object whose keys keep their order.
inline Poco::JSON::Object json_object() {
    return Poco::JSON::Object{Poco::JSON_PRESERVE_KEY_ORDER};
}

/// The same with these fields.
Poco::JSON::Object json_object(
    std::initializer_list<std::pair<std::string, Poco::Dynamic::Var>> fields);

/// A JSON list of texts.
Poco::JSON::Array json_list(const std::vector<std::string>& texts);

/// A JSON list of what `to_json` makes of each element.
template <class T, class ToJson>
Poco::JSON::Array json_list(const std::vector<T>& elements, ToJson to_json) {
    Poco::JSON::Array list;
    for (const T& element : elements) {
        list.add(to_json(element));
    }
    return list;
}

/// The one object a command prints with --json.
void print_json(const Poco::JSON::Object& object);

/// Rows under a head, columns lined up. Prints nothing for no rows.
void print_table(const std::vector<std::string>& head,
                 const std::vector<std::vector<std::string>>& rows);

/// "enginebay: <message>" on standard error, or with --json the error as an object on standard
/// output; gives the exit status, which is `status` where that is not 0.
int report(const Error& error, bool json, int status = 0);

/// Whether lines on standard error may be written over.
bool error_is_terminal();

/// Whether there is a history, as JSON says it.
std::string state_name(MigrationStatus::State state);

/// "a, b, c", or "none".
std::string joined(const std::vector<std::string>& texts);

}  // namespace enginebay::cli
