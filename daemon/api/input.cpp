// SPDX-License-Identifier: BSL-1.0
// Bodies and parameters: reading and refusing.
#include "api/input.hpp"

#include "store/json_text.hpp"

#include <enginebay/error.hpp>
#include <enginebay/timestamp.hpp>

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/URI.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;
using Poco::Dynamic::Var;

[[noreturn]] void refuse(const std::string& why) { throw Error{Errc::input, why}; }

[[noreturn]] void refuse_type(const std::string& name, std::string_view wanted) {
    refuse(fmt::format("'{}': {} is meant", name, wanted));
}

void require_known(std::string_view what, const std::string& name,
                   const std::vector<std::string_view>& known) {
    if (std::find(known.begin(), known.end(), name) != known.end()) {
        return;
    }
    std::string list;
    for (const std::string_view each : known) {
        list += list.empty() ? "" : ", ";
        list += each;
    }
    refuse(fmt::format("unknown {} '{}' (known: {})", what, name, list));
}

std::optional<std::int64_t> whole_number(std::string_view text) noexcept {
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

}  // namespace

Body::Body(const Request& request, std::initializer_list<std::string_view> known) {
    read(request, std::vector<std::string_view>{known});
}

Body::Body(const Request& request, const std::vector<std::string_view>& known) {
    read(request, known);
}

void Body::read(const Request& request, const std::vector<std::string_view>& known) {
    object_ = new Poco::JSON::Object;
    if (request.body.find_first_not_of(" \t\r\n") == std::string::npos) {
        return;
    }
    const std::optional<Var> value = parse_json(request.body);
    if (!value) {
        refuse("the body is not JSON");
    }
    if (value->type() != typeid(Poco::JSON::Object::Ptr)) {
        refuse("the body must be a JSON object");
    }
    object_ = value->extract<Poco::JSON::Object::Ptr>();
    for (const std::string& name : object_->getNames()) {
        require_known("field", name, known);
    }
}

bool Body::has(const std::string& name) const { return object_->has(name); }

Var Body::value(const std::string& name) const { return object_->get(name); }

std::vector<std::string> Body::names() const { return object_->getNames(); }

std::optional<std::string> Body::text(const std::string& name) const {
    const Var value = object_->get(name);
    if (value.isEmpty()) {
        return std::nullopt;
    }
    if (!value.isString()) {
        refuse_type(name, "text");
    }
    return value.toString();
}

std::string Body::required_text(const std::string& name) const {
    const std::optional<std::string> found = text(name);
    if (!found || found->empty()) {
        refuse(fmt::format("'{}' is missing", name));
    }
    return *found;
}

std::optional<std::int64_t> Body::number(const std::string& name) const {
    const Var value = object_->get(name);
    if (value.isEmpty()) {
        return std::nullopt;
    }
    const std::optional<std::int64_t> number = json_integer(value);
    if (!number) {
        refuse_type(name, "a whole number");
    }
    return number;
}

std::optional<bool> Body::truth(const std::string& name) const {
    const Var value = object_->get(name);
    if (value.isEmpty()) {
        return std::nullopt;
    }
    if (!value.isBoolean()) {
        refuse_type(name, "true or false");
    }
    return value.extract<bool>();
}

std::optional<enginebay::Timestamp> Body::time(const std::string& name) const {
    const std::optional<std::string> written = text(name);
    if (!written) {
        return std::nullopt;
    }
    const auto instant = enginebay::parse_timestamp(*written);
    if (!instant) {
        refuse_type(name, "a time such as 2026-01-02T03:04:05Z");
    }
    return instant;
}

std::vector<std::string> Body::texts(const std::string& name) const {
    const Var value = object_->get(name);
    std::vector<std::string> texts;
    if (value.isEmpty()) {
        return texts;
    }
    if (value.type() != typeid(Poco::JSON::Array::Ptr)) {
        refuse_type(name, "a list of texts");
    }
    for (const Var& item : *value.extract<Poco::JSON::Array::Ptr>()) {
        if (item.isEmpty() || !item.isString()) {
            refuse_type(name, "a list of texts");
        }
        texts.push_back(item.toString());
    }
    return texts;
}

Query::Query(const Request& request, std::initializer_list<std::string_view> known) {
    const std::vector<std::string_view> names{known};
    std::size_t begin = 0;
    while (begin < request.query.size()) {
        const std::size_t end = std::min(request.query.find('&', begin), request.query.size());
        const std::string part = request.query.substr(begin, end - begin);
        begin = end + 1;
        if (part.empty()) {
            continue;
        }
        const std::size_t equals = part.find('=');
        const std::string name = decoded(part.substr(0, equals), true);
        require_known("parameter", name, names);
        const std::string value =
            equals == std::string::npos ? "" : decoded(part.substr(equals + 1), true);
        if (!values_.emplace(name, value).second) {
            refuse(fmt::format("parameter '{}' is there twice", name));
        }
    }
}

std::string Query::text(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? "" : found->second;
}

bool Query::truth(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end() || found->second == "false" || found->second == "0") {
        return false;
    }
    if (found->second != "true" && found->second != "1") {
        refuse_type(name, "true or false");
    }
    return true;
}

std::int64_t Query::number(const std::string& name, std::int64_t otherwise,
                           std::int64_t most) const {
    const auto found = values_.find(name);
    if (found == values_.end()) {
        return otherwise;
    }
    const auto number = whole_number(found->second);
    if (!number || *number < 0 || *number > most) {
        refuse_type(name, fmt::format("a whole number from 0 to {}", most));
    }
    return *number;
}

std::vector<std::int64_t> Query::numbers(const std::string& name) const {
    std::vector<std::int64_t> numbers;
    const std::string list = text(name);
    std::size_t begin = 0;
    while (begin < list.size()) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        const auto number = whole_number(list.substr(begin, end - begin));
        if (!number || numbers.size() >= 1'000) {
            refuse_type(name, "at most 1000 numbers with commas between them");
        }
        numbers.push_back(*number);
        begin = end + 1;
    }
    return numbers;
}

std::int64_t number_in_path(const std::string& text) noexcept {
    return whole_number(text).value_or(0);
}

std::string decoded(const std::string& text, bool plus_is_space) {
    std::string result;
    try {
        std::string encoded = text;
        if (plus_is_space) {  // Poco's own rule asks for a question mark before it
            std::replace(encoded.begin(), encoded.end(), '+', ' ');
        }
        Poco::URI::decode(encoded, result);
    } catch (const Poco::Exception&) {
        refuse(fmt::format("'{}' is not percent-encoded as it should be", text));
    }
    if (result.find('\0') != std::string::npos) {
        refuse(fmt::format("'{}' holds a NUL byte", text));
    }
    return result;
}

}  // namespace teleclaude
