// SPDX-License-Identifier: BSL-1.0
// From the file's tree to values: what belongs to us, and nothing that does not.
#include "config/keys.hpp"
#include "config/layers.hpp"
#include "config/yaml_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

namespace enginebay::config {
namespace {

constexpr std::array<std::string_view, 3> sections{"database", "plugins", "migrations"};

std::string_view kind_name(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::null:
            return "nothing";
        case YamlNode::Kind::scalar:
            return "a single value";
        case YamlNode::Kind::list:
            return "a list";
        case YamlNode::Kind::map:
            return "a mapping";
        case YamlNode::Kind::alias:
            return "an alias";
    }
    return "something else";
}

class FileReader {
public:
    FileReader(const ConfigFile& file, const Variables& variables,
               const std::filesystem::path& working_dir, const SettingsSource& source)
        : name_{file.path.string()}, variables_{variables}, base_{working_dir}, source_{source} {}

    Values read(const YamlNode& root) {
        if (root.kind == YamlNode::Kind::null) {
            return {};
        }
        if (root.kind != YamlNode::Kind::map) {
            throw refusal(at(root), "the file",
                          fmt::format("holds {}; a mapping with sections such as 'database:' is "
                                      "needed",
                                      kind_name(root)));
        }
        std::set<std::string> seen;
        for (std::size_t i = 0; i + 1 < root.children.size(); i += 2) {
            const YamlNode& key = root.children[i];
            if (std::find(sections.begin(), sections.end(), key.text) == sections.end()) {
                continue;  // somebody else's
            }
            if (!seen.insert(key.text).second) {
                throw refusal(at(key), key.text, "stands twice");
            }
            section(key.text, root.children[i + 1]);
        }
        return std::move(values_);
    }

private:
    [[nodiscard]] Value at(const YamlNode& node, std::string text = {}) const {
        return {std::move(text), fmt::format("{}:{}", name_, node.line), position(name_, node)};
    }

    /// Everything in a section of ours passes here first.
    void require(const YamlNode& node, const std::string& key) const {
        if (node.kind == YamlNode::Kind::alias) {
            throw refusal(at(node), key, "an alias; write the value itself");
        }
        constexpr std::string_view standard = "tag:yaml.org,2002:";
        if (node.tag.size() > 1 && !node.tag.starts_with(standard)) {
            throw refusal(at(node), key, "a tag has no meaning here; write the value alone");
        }
    }

    void require_kind(const YamlNode& node, const std::string& key, YamlNode::Kind kind,
                      std::string_view needed) const {
        if (node.kind != kind) {
            throw refusal(at(node), key,
                          fmt::format("{} is needed here, not {}", needed, kind_name(node)));
        }
    }

    void section(const std::string& name, const YamlNode& node) {
        require(node, name);
        if (node.kind == YamlNode::Kind::null) {
            return;
        }
        require_kind(node, name, YamlNode::Kind::map, "a mapping");
        std::set<std::string> seen;
        for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
            const YamlNode& key = node.children[i];
            require(key, name);
            require_kind(key, name, YamlNode::Kind::scalar, "a key");
            if (!seen.insert(key.text).second) {
                throw refusal(at(key), name + '.' + key.text, "stands twice");
            }
            entry(name, key, node.children[i + 1]);
        }
    }

    void entry(const std::string& parent, const YamlNode& key, const YamlNode& node) {
        const std::string name = parent + '.' + key.text;
        const Key* known = find_key(name);
        // "options" and option names may hold dots; a key of a section may not.
        const bool one_word =
            parent == "database.options" || key.text.find('.') == std::string::npos;
        if (one_word &&
            (is_section(name) || (known != nullptr && known->kind == KeyKind::options))) {
            section(name, node);
            return;
        }
        if (known == nullptr || !one_word) {
            throw refusal(at(key), name, "unknown key" + suggestion(parent, key.text));
        }
        require(node, name);
        if (node.kind == YamlNode::Kind::null) {
            return;
        }
        if (known->kind == KeyKind::folders) {
            folders(node, name);
            return;
        }
        require_kind(node, name, YamlNode::Kind::scalar, "a single value");
        values_.single.emplace(name, value(node, name, known->kind == KeyKind::path));
    }

    void folders(const YamlNode& node, const std::string& name) {
        require_kind(node, name, YamlNode::Kind::list, "a list, e.g. [/opt/plugins],");
        for (const YamlNode& item : node.children) {
            require(item, name);
            require_kind(item, name, YamlNode::Kind::scalar, "a folder");
            values_.folders.push_back(value(item, name, true));
        }
    }

    Value value(const YamlNode& node, const std::string& key, bool is_path) const {
        Value out = at(node);
        try {
            out.text = expanded(node.text, variables_, is_secret(key));
        } catch (const std::invalid_argument& error) {
            throw refusal(out, key, error.what());
        }
        if (is_path && out.text.empty()) {
            throw refusal(out, key, "is empty; leave the key out for the default");
        }
        if (is_path && !(key == "database.path" && out.text == ":memory:")) {
            out.text = resolved(out.text, base_, source_).string();
        }
        return out;
    }

    std::string name_;
    const Variables& variables_;
    const std::filesystem::path& base_;
    const SettingsSource& source_;
    Values values_;
};

}  // namespace

Values file_layer(const ConfigFile& file, const Variables& variables,
                  const std::filesystem::path& working_dir, const SettingsSource& source) {
    const YamlNode root = parse_yaml(file.text, file.path.string());
    return FileReader{file, variables, working_dir, source}.read(root);
}

}  // namespace enginebay::config
