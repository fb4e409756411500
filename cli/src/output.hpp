// SPDX-License-Identifier: BSL-1.0
// What the commands print: JSON for programs, tables for people.
#pragma once

#include <enginebay/error.hpp>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace enginebay::cli {

/// A JSON object whose keys keep their order.
inline Poco::JSON::Object json_object() {
    return Poco::JSON::Object{Poco::JSON_PRESERVE_KEY_ORDER};
}

/// A JSON list of texts.
Poco::JSON::Array json_list(const std::vector<std::string>& texts);

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

/// "a, b, c", or "none".
std::string joined(const std::vector<std::string>& texts);

}  // namespace enginebay::cli
