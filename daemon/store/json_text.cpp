// SPDX-License-Identifier: BSL-1.0
// JSON kept as text: Poco's parser, for documents of any kind.
#include "store/json_text.hpp"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>
#include <Poco/JSON/Stringifier.h>

#include <sstream>

namespace teleclaude {

std::optional<Poco::Dynamic::Var> parse_json(const std::string& text) noexcept {
    try {
        // Poco takes objects and lists only: a word or a number is read as the one item of a list.
        Poco::JSON::Parser parser{new Poco::JSON::ParseHandler{true}};
        const auto list = parser.parse("[" + text + "\n]").extract<Poco::JSON::Array::Ptr>();
        if (list->size() == 1) {
            return list->get(0);
        }
    } catch (const std::exception&) {}
    return std::nullopt;
}

Poco::JSON::Object::Ptr parse_json_object(const std::string& text) noexcept {
    const auto value = parse_json(text);
    if (value && value->type() == typeid(Poco::JSON::Object::Ptr)) {
        return value->extract<Poco::JSON::Object::Ptr>();
    }
    return nullptr;
}

std::optional<std::int64_t> json_integer(const Poco::Dynamic::Var& value) {
    if (!value.isInteger() || value.isBoolean()) {
        return std::nullopt;
    }
    try {
        return value.convert<std::int64_t>();
    } catch (const Poco::Exception&) {  // more than 2^63
        return std::nullopt;
    }
}

std::string to_json(const Poco::Dynamic::Var& value) {
    if (value.isEmpty()) {
        return "null";
    }
    std::ostringstream text;
    Poco::JSON::Stringifier::stringify(value, text);
    return text.str();
}

}  // namespace teleclaude
