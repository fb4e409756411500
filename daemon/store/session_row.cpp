// SPDX-License-Identifier: BSL-1.0
// SessionRow: what its metadata means.
#include "store/session_row.hpp"

#include "store/json_text.hpp"

#include <charconv>

namespace teleclaude {
namespace {

// Older programs kept it as text, too. What is no number that fits stays as it is: other digits
// than those of ASCII, a sign, a point, more digits than a number has.
void make_topic_a_number(Poco::JSON::Object& metadata) {
    const auto telegram = metadata.get("telegram");
    if (telegram.type() != typeid(Poco::JSON::Object::Ptr)) {
        return;
    }
    Poco::JSON::Object::Ptr part = telegram.extract<Poco::JSON::Object::Ptr>();
    const auto topic = part->get("topic_id");
    if (!topic.isString()) {
        return;
    }
    const std::string text = topic.toString();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size() && text[0] != '-') {
        part->set("topic_id", number);
    }
}

}  // namespace

Poco::JSON::Object::Ptr SessionRow::metadata() const {
    Poco::JSON::Object::Ptr object;
    if (adapter_metadata) {
        object = parse_json_object(*adapter_metadata);
    }
    if (!object) {
        return new Poco::JSON::Object;
    }
    make_topic_a_number(*object);
    return object;
}

bool SessionRow::metadata_malformed() const {
    if (!adapter_metadata || adapter_metadata->empty() || *adapter_metadata == "null") {
        return false;
    }
    return parse_json_object(*adapter_metadata).isNull();
}

}  // namespace teleclaude
