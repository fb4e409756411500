// SPDX-License-Identifier: BSL-1.0
// A YAML file as a tree of marked nodes, aliases left as they stand.
//
// Only some sections of the file are ours, and others may use what YAML allows in theirs. So
// nothing is judged here but the syntax and the number of documents; aliases are not followed,
// which keeps the tree as small as the text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace enginebay::config {

struct YamlNode {
    enum class Kind : std::uint8_t { null, scalar, list, map, alias };

    Kind kind{Kind::null};
    std::string text;  ///< of a scalar
    std::string tag;   ///< as the parser gives it: "?" for plain, "!" for quoted
    int line{0};       ///< from 1; 0 unknown
    int column{0};
    std::vector<YamlNode> children;  ///< items; or key, value, key, value
};

/// Throws Errc::configuration with "<name>:<line>:<column>" for what is no YAML, no UTF-8, or more
/// than one document. An empty text is a null node.
[[nodiscard]] YamlNode parse_yaml(const std::string& text, const std::string& name);

/// "<name>:<line>:<column>".
[[nodiscard]] std::string position(const std::string& name, const YamlNode& node);

}  // namespace enginebay::config
