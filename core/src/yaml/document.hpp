// SPDX-License-Identifier: BSL-1.0
// Document and Node: a YAML file that has been checked, every value with its place in the file.
// Threads: a document never changes after loading.  Ownership: nodes are cheap views; they keep
// the document alive.
//
// What the library reads without a word is refused here, with file:line:column: duplicate keys,
// keys that are no scalars, anchors and aliases, tags, a second document, an unclosed quote, text
// that is not UTF-8 or holds NUL, absurd depth and size. Numbers are decimal: 010 is ten.
#pragma once

#include <enginebay/error.hpp>
#include <enginebay/options.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enginebay::yaml {

enum class NodeKind : std::uint8_t { null, scalar, sequence, mapping };

struct Tree;      // the whole document
struct NodeData;  // one value in it

class Node {
public:
    Node(std::shared_ptr<const Tree> tree, const NodeData* data);

    [[nodiscard]] NodeKind kind() const noexcept;
    [[nodiscard]] bool is_null() const noexcept { return kind() == NodeKind::null; }
    [[nodiscard]] bool is_scalar() const noexcept { return kind() == NodeKind::scalar; }
    [[nodiscard]] bool is_sequence() const noexcept { return kind() == NodeKind::sequence; }
    [[nodiscard]] bool is_mapping() const noexcept { return kind() == NodeKind::mapping; }
    /// A scalar written in quotes or as a block: text, whatever it looks like.
    [[nodiscard]] bool is_quoted() const noexcept;

    [[nodiscard]] std::uint32_t line() const noexcept;  ///< from 1
    [[nodiscard]] std::string where() const;            ///< "file:line:column"
    /// Throws the document's error code with "where: message".
    [[noreturn]] void fail(const std::string& message) const;

    // Each getter throws when the value is something else; `what` names it, e.g. "database.port".
    [[nodiscard]] std::string text(std::string_view what) const;
    [[nodiscard]] std::int64_t integer(std::string_view what) const;
    [[nodiscard]] bool boolean(std::string_view what) const;
    [[nodiscard]] double real(std::string_view what) const;
    [[nodiscard]] std::vector<Node> items(std::string_view what) const;
    /// A list of texts; a single text counts as a list of one.
    [[nodiscard]] std::vector<std::string> texts(std::string_view what) const;
    /// The keys in the order of the file, each with its own place.
    [[nodiscard]] std::vector<std::pair<Node, Node>> entries(std::string_view what) const;

    /// The value under a key of this mapping; none where the key is absent.
    [[nodiscard]] std::optional<Node> find(std::string_view key) const;
    [[nodiscard]] Node require(std::string_view key, std::string_view what) const;
    /// Refuses a key that is not among `known`, naming the one that was meant if one is near.
    void only(std::string_view what, std::span<const std::string_view> known) const;
    void only(std::string_view what, std::initializer_list<std::string_view> known) const {
        only(what, std::span{known.begin(), known.size()});
    }
    /// The scalar as it stands, quoted or not, for values with a grammar of their own.
    [[nodiscard]] const std::string& raw() const noexcept;

private:
    [[noreturn]] void wrong_type(std::string_view what, std::string_view wanted) const;

    std::shared_ptr<const Tree> tree_;
    const NodeData* data_;
};

/// Reads a file. `errc` is the code of every error about its content (Errc::input,
/// Errc::configuration). A file that cannot be read is as read_file() has it.
Node load(const std::filesystem::path& file, Errc errc);

/// The same from text; `name` stands for the file in messages. An empty document is a null node.
Node parse(std::string_view text, std::string name, Errc errc);

using enginebay::did_you_mean;

}  // namespace enginebay::yaml
