// SPDX-License-Identifier: BSL-1.0
// Builds the tree from the parser's events: yaml-cpp's own nodes forget duplicate keys and follow
// aliases.
#include "config/yaml_tree.hpp"

#include "config/utf8.hpp"
#include "yaml/text_check.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace enginebay::config {
namespace {

Error syntax_error(const std::string& where, std::string_view why) {
    Error error{Errc::configuration, fmt::format("{}: {}", where, why)};
    error.where(where);
    return error;
}

/// Anchors, tags and styles arrive as arguments that mostly do not matter here.
class TreeBuilder final : public YAML::EventHandler {
public:
    explicit TreeBuilder(std::string_view text, std::string name)
        : quotes_{text}, name_{std::move(name)} {}

    void OnDocumentStart(const YAML::Mark& mark) override { document_ = mark; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        finish(node(YamlNode::Kind::null, mark));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        finish(node(YamlNode::Kind::alias, mark));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  const std::string& value) override {
        YamlNode scalar = node(YamlNode::Kind::scalar, mark);
        scalar.tag = tag;
        scalar.text = value;
        if (quotes_.unclosed(static_cast<std::uint32_t>(scalar.line),
                             static_cast<std::uint32_t>(scalar.column))) {
            throw syntax_error(position(name_, scalar), "a quote that begins here is never closed");
        }
        finish(std::move(scalar));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                         YAML::EmitterStyle::value /*style*/) override {
        open_.push_back(node(YamlNode::Kind::list, mark));
        open_.back().tag = tag;
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                    YAML::EmitterStyle::value /*style*/) override {
        open_.push_back(node(YamlNode::Kind::map, mark));
        open_.back().tag = tag;
    }
    void OnMapEnd() override { close(); }

    [[nodiscard]] YamlNode take() { return std::move(root_); }
    [[nodiscard]] const YAML::Mark& document() const noexcept { return document_; }

private:
    static YamlNode node(YamlNode::Kind kind, const YAML::Mark& mark) {
        return {kind, {}, {}, mark.line + 1, mark.column + 1, {}};
    }
    void finish(YamlNode done) {
        (open_.empty() ? root_ : open_.back().children.emplace_back()) = std::move(done);
    }
    void close() {
        YamlNode done = std::move(open_.back());
        open_.pop_back();
        finish(std::move(done));
    }

    yaml::QuoteCheck quotes_;
    std::string name_;
    YamlNode root_;
    std::vector<YamlNode> open_;
    YAML::Mark document_;
};

std::string position_at(const std::string& text, std::size_t offset, const std::string& name) {
    const std::size_t start = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
    const std::size_t column = start == std::string::npos ? offset + 1 : offset - start;
    const auto lines =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
    return fmt::format("{}:{}:{}", name, lines + 1, column);
}

/// The parser would mend or cut short what is no text: it takes \x04 for the end of the file.
void require_text(const std::string& text, const std::string& name) {
    if (const std::size_t at = first_invalid_utf8(text); at != std::string::npos) {
        throw syntax_error(position_at(text, at, name), "is not UTF-8");
    }
    const auto control = std::find_if(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
    });
    if (control != text.end()) {
        throw syntax_error(
            position_at(text, static_cast<std::size_t>(control - text.begin()), name),
            "a control character; is this a text file?");
    }
}

}  // namespace

std::string position(const std::string& name, const YamlNode& node) {
    return node.line == 0 ? name : fmt::format("{}:{}:{}", name, node.line, node.column);
}

YamlNode parse_yaml(const std::string& text, const std::string& name) {
    require_text(text, name);
    std::istringstream stream{text};
    try {
        YAML::Parser parser{stream};
        TreeBuilder builder{text, name};
        if (!parser.HandleNextDocument(builder)) {
            return {};
        }
        YamlNode root = builder.take();
        TreeBuilder second{text, name};
        if (parser.HandleNextDocument(second)) {
            throw syntax_error(fmt::format("{}:{}:{}", name, second.document().line + 1,
                                           second.document().column + 1),
                               "a second document begins; one file holds one configuration");
        }
        return root;
    } catch (const YAML::Exception& error) {
        const std::string where =
            error.mark.is_null()
                ? name
                : fmt::format("{}:{}:{}", name, error.mark.line + 1, error.mark.column + 1);
        throw syntax_error(where, fmt::format("is not YAML: {}", error.msg));
    }
}

}  // namespace enginebay::config
