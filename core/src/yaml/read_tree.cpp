// SPDX-License-Identifier: BSL-1.0
// Builds the checked tree from yaml-cpp's events, so that nothing it tolerates slips through.
#include "yaml/text_check.hpp"
#include "yaml/tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>

namespace enginebay::yaml {
namespace {

constexpr std::size_t max_depth = 32;
constexpr std::size_t max_nodes = 200'000;

std::uint32_t one_based(int value) { return static_cast<std::uint32_t>(value < 0 ? 0 : value) + 1; }

class Builder final : public YAML::EventHandler {
public:
    Builder(Tree& tree, std::string_view text) : tree_{tree}, quotes_{text} {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) {
            fail(mark, "a second document begins here; a file holds one");
        }
    }
    void OnDocumentEnd() override {}
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        fail(mark, "aliases (*name) are not accepted; write the value out");
    }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        NodeData node = make(NodeKind::null, mark, anchor);
        const NodeData* key = pending_key();
        if (key != nullptr && node.line != key->line) {
            node.line = key->line;  // the library names the next line for `key:` without a value
            node.column = key->column;
        }
        add(std::move(node), mark);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        NodeData node = make(NodeKind::scalar, mark, anchor);
        node.quoted = tag != "?";
        if (!plain_tag(tag) && tag != "tag:yaml.org,2002:str") {
            fail(mark, "tags (" + tag + ") are not accepted");
        }
        if (quotes_.unclosed(node.line, node.column)) {
            fail(mark, "a quote that begins here is never closed");
        }
        node.scalar = value;
        add(std::move(node), mark);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        open(NodeKind::sequence, mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        open(NodeKind::mapping, mark, tag, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    static bool plain_tag(const std::string& tag) {
        return tag.empty() || tag == "?" || tag == "!";
    }

    [[noreturn]] void fail(const YAML::Mark& mark, const std::string& message) const {
        fail_at(tree_, one_based(mark.line), one_based(mark.column), message);
    }

    NodeData make(NodeKind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor != YAML::NullAnchor) {
            fail(mark, "anchors (&name) are not accepted; write the value out");
        }
        if (++nodes_ > max_nodes) {
            fail(mark, "too many values in one file");
        }
        NodeData node;
        node.kind = kind;
        node.line = one_based(mark.line);
        node.column = one_based(mark.column);
        return node;
    }

    /// The key of the mapping being filled whose value comes next; nullptr when none does.
    [[nodiscard]] const NodeData* pending_key() const {
        if (open_.empty() || open_.back().kind != NodeKind::mapping ||
            open_.back().children.size() % 2 == 0) {
            return nullptr;
        }
        return &open_.back().children.back();
    }

    [[nodiscard]] bool is_key() const {
        return !open_.empty() && open_.back().kind == NodeKind::mapping &&
               open_.back().children.size() % 2 == 0;
    }

    void open(NodeKind kind, const YAML::Mark& mark, const std::string& tag,
              YAML::anchor_t anchor) {
        if (!plain_tag(tag)) {
            fail(mark, "tags (" + tag + ") are not accepted");
        }
        if (open_.size() >= max_depth) {
            fail(mark, "nested too deeply");
        }
        if (is_key()) {
            fail(mark, "a key must be a plain word, not a list or a mapping");
        }
        open_.push_back(make(kind, mark, anchor));
        keys_.emplace_back();
    }

    void close() {
        NodeData node = std::move(open_.back());
        open_.pop_back();
        keys_.pop_back();
        place(std::move(node));
    }

    void add(NodeData node, const YAML::Mark& mark) {
        if (is_key()) {
            check_key(node, mark);
        }
        place(std::move(node));
    }

    void check_key(const NodeData& key, const YAML::Mark& mark) {
        if (key.kind != NodeKind::scalar) {
            fail(mark, "a key must be a plain word");
        }
        if (key.scalar == "<<" && !key.quoted) {
            fail(mark, "merge keys (<<) are not accepted; write the values out");
        }
        const auto [first, fresh] =
            keys_.back().try_emplace(key.scalar, position(tree_.file, key.line, key.column));
        if (!fresh) {
            fail(mark, "the key '" + key.scalar + "' stands here a second time; the first is at " +
                           first->second);
        }
    }

    void place(NodeData node) {
        if (open_.empty()) {
            tree_.root = std::move(node);
        } else {
            open_.back().children.push_back(std::move(node));
        }
    }

    Tree& tree_;
    QuoteCheck quotes_;
    std::vector<NodeData> open_;
    /// For each open node the keys seen in it, with their places.
    std::vector<std::unordered_map<std::string, std::string>> keys_;
    std::size_t nodes_{0};
    std::size_t documents_{0};
};

}  // namespace

void read_tree(Tree& tree, std::string_view text) {
    check_text(tree, text);
    std::istringstream stream{std::string{text}};
    Builder builder{tree, text};
    tree.root.line = 1;
    tree.root.column = 1;
    try {
        YAML::Parser parser{stream};
        while (parser.HandleNextDocument(builder)) {}
    } catch (const YAML::ParserException& error) {
        fail_at(tree, one_based(error.mark.line), one_based(error.mark.column),
                "not YAML: " + error.msg);
    } catch (const YAML::Exception& error) {
        fail_at(tree, 1, 1, "not YAML: " + error.msg);
    }
}

}  // namespace enginebay::yaml
