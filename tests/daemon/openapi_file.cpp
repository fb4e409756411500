// SPDX-License-Identifier: BSL-1.0
// OpenApi: the part of OpenAPI 3.0 that the file uses; what it does not know is an objection.
#include "daemon/openapi_file.hpp"

#include "store/json_text.hpp"
#include "support/backend.hpp"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <regex>
#include <sstream>

namespace enginebay::testing {
namespace {

using Poco::Dynamic::Var;

const OpenApi::Names method_names{"get", "put", "post", "patch", "delete"};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}
std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

bool is_of_type(const Var& value, const std::string& type) {
    if (type == "object") {
        return value.type() == typeid(Poco::JSON::Object::Ptr);
    }
    if (type == "array") {
        return value.type() == typeid(Poco::JSON::Array::Ptr);
    }
    if (type == "integer") {
        return value.isInteger() && !value.isBoolean();
    }
    return type == "boolean" ? value.isBoolean() : type == "string" && value.isString();
}

}  // namespace

std::filesystem::path docs() { return build_path("ENGINEBAY_TEST_SOURCE_DIR") / "docs"; }

OpenApi::OpenApi() : root_{YAML::LoadFile((docs() / "openapi.yaml").string())} {}

YAML::Node OpenApi::resolved(const YAML::Node& node) const {
    if (!node["$ref"]) {
        return node;
    }
    YAML::Node target = YAML::Clone(root_);
    std::istringstream path{node["$ref"].as<std::string>().substr(2)};
    for (std::string part; std::getline(path, part, '/');) {
        target = YAML::Clone(target[part]);
    }
    return target;
}

std::map<std::string, OpenApi::Names> OpenApi::methods() const {
    std::map<std::string, Names> all;
    for (const auto& path : root_["paths"]) {
        for (const auto& entry : path.second) {
            if (method_names.contains(entry.first.as<std::string>())) {
                all[path.first.as<std::string>()].insert(upper(entry.first.as<std::string>()));
            }
        }
    }
    return all;
}

YAML::Node OpenApi::operation(const std::string& path, const std::string& method) const {
    return root_["paths"][path][lower(method)];
}

void OpenApi::gather(const YAML::Node& schema, Shape& shape) const {
    const YAML::Node node = resolved(schema);
    for (const auto& part : node["allOf"]) {
        gather(part, shape);
    }
    for (const auto& property : node["properties"]) {
        shape.properties[property.first.as<std::string>()] = property.second;
    }
    for (const auto& name : node["required"]) {
        shape.required.insert(name.as<std::string>());
    }
}

OpenApi::Names OpenApi::properties(const YAML::Node& schema) const {
    Shape shape;
    gather(schema, shape);
    Names names;
    for (const auto& [name, unused] : shape.properties) {
        names.insert(name);
    }
    return names;
}

std::set<OpenApi::Case> OpenApi::cases() const {
    std::set<Case> all;
    for (const auto& [path, methods] : methods()) {
        for (const std::string& method : methods) {
            for (const auto& answer : operation(path, method)["responses"]) {
                const auto status = answer.first.as<std::string>();
                if (status != "default") {
                    all.emplace(path, method, std::stoi(status));
                }
            }
        }
    }
    return all;
}

std::string OpenApi::pattern_of(const std::string& path) const {
    std::string best;
    for (const auto& entry : root_["paths"]) {
        const auto pattern = entry.first.as<std::string>();
        const std::regex form{std::regex_replace(pattern, std::regex{"\\{[a-z]+\\}"}, "[^/]+")};
        // One without places goes before one with them.
        if (std::regex_match(path, form) && (best.empty() || pattern == path)) {
            best = pattern;
        }
    }
    return best;
}

std::vector<std::string> OpenApi::objections(const Case& place, const std::string& body) const {
    const auto& [path, method, status] = place;
    const YAML::Node answer = operation(path, method)["responses"][std::to_string(status)];
    if (!answer) {
        return {"this status is not written down"};
    }
    const YAML::Node content = resolved(answer)["content"];
    if (!content) {
        return body.empty() ? std::vector<std::string>{}
                            : std::vector<std::string>{"no body is written down"};
    }
    if (content["text/plain"]) {
        return {};
    }
    std::vector<std::string> objections;
    const auto value = teleclaude::parse_json(body);
    if (!value) {
        return {"no JSON"};
    }
    check(content["application/json"]["schema"], *value, "body", objections);
    return objections;
}

void OpenApi::check(const YAML::Node& schema, const Var& value, const std::string& where,
                    std::vector<std::string>& objections) const {
    const YAML::Node node = resolved(schema);
    if (node.size() == 0) {
        return;  // anything
    }
    if (node["allOf"]) {
        check_object(node, value, where, objections);
        return;
    }
    const auto type = node["type"].as<std::string>("no type");
    if (value.isEmpty()) {
        if (!node["nullable"].as<bool>(false)) {
            objections.push_back(where + ": null");
        }
        return;
    }
    if (!is_of_type(value, type)) {
        objections.push_back(where + ": not of the type " + type);
        return;
    }
    if (type == "object") {
        check_object(node, value, where, objections);
    }
    if (type == "array") {
        const auto& list = *value.extract<Poco::JSON::Array::Ptr>();
        for (std::size_t i = 0; i < list.size(); ++i) {
            check(node["items"], list.get(static_cast<unsigned>(i)),
                  where + "[" + std::to_string(i) + "]", objections);
        }
    }
    static const std::regex date_time{R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z)"};
    if (node["format"].as<std::string>("") == "date-time" &&
        !std::regex_match(value.toString(), date_time)) {
        objections.push_back(where + ": no time: " + value.toString());
    }
    if (node["enum"]) {
        const auto allowed = node["enum"].as<std::vector<std::string>>();
        if (std::find(allowed.begin(), allowed.end(), value.toString()) == allowed.end()) {
            objections.push_back(where + ": not one of the list: " + value.toString());
        }
    }
}

void OpenApi::check_object(const YAML::Node& schema, const Var& value, const std::string& where,
                           std::vector<std::string>& objections) const {
    if (!is_of_type(value, "object")) {
        objections.push_back(where + ": no object");
        return;
    }
    Shape shape;
    gather(schema, shape);
    const auto& object = *value.extract<Poco::JSON::Object::Ptr>();
    for (const std::string& name : shape.required) {
        if (!object.has(name)) {
            objections.push_back(where + ": '" + name + "' is missing");
        }
    }
    // An object of which nothing is written down may hold anything.
    for (const std::string& name : object.getNames()) {
        const auto property = shape.properties.find(name);
        if (property != shape.properties.end()) {
            check(property->second, object.get(name), where + "." + name, objections);
        } else if (!shape.properties.empty()) {
            objections.push_back(where + ": '" + name + "' is not written down");
        }
    }
}

}  // namespace enginebay::testing
