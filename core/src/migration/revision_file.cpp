// SPDX-License-Identifier: BSL-1.0
// Reads revision files.
#include "migration/revision_file.hpp"

#include "migration/checksum.hpp"
#include "migration/read_operation.hpp"

#include <enginebay/authoring.hpp>
#include <enginebay/error.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <system_error>

namespace enginebay::migration {
namespace {

using yaml::Node;

constexpr std::size_t longest_id = 128;
/// What these words mean on a command line is something else.
constexpr std::array<std::string_view, 3> reserved_ids{"base", "head", "heads"};

/// Ids stand in file names, in a table and on command lines.
bool is_id(std::string_view id) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    return !id.empty() && id.size() <= longest_id && id.front() != '-' &&
           id.find_first_not_of(allowed) == std::string_view::npos;
}

void check_id(const Node& node, const std::string& id) {
    if (!is_id(id)) {
        node.fail("'" + id + "' is no name for a revision: letters, digits, '_' and '-', at most " +
                  std::to_string(longest_id));
    }
    if (std::ranges::find(reserved_ids, id) != reserved_ids.end()) {
        node.fail("'" + id + "' is a word of the command line and cannot name a revision");
    }
}

std::vector<std::string> read_ids(const Node& root, std::string_view key,
                                  std::vector<std::uint32_t>* lines = nullptr) {
    const std::optional<Node> list = root.find(key);
    if (!list) {
        return {};
    }
    std::vector<std::string> ids;
    for (const Node& item : list->items(key)) {
        std::string id = item.text(key);
        check_id(item, id);
        if (std::ranges::find(ids, id) != ids.end()) {
            item.fail("'" + id + "' stands twice under " + std::string{key});
        }
        ids.push_back(std::move(id));
        if (lines != nullptr) {
            lines->push_back(item.line());
        }
    }
    return ids;
}

bool is_concurrent(const Operation& operation) {
    const auto* create = std::get_if<CreateIndex>(&operation);
    const auto* drop = std::get_if<DropIndex>(&operation);
    return (create != nullptr && create->concurrently) || (drop != nullptr && drop->concurrently);
}

void read_operations(const Node& root, std::string_view key, std::vector<Operation>& operations,
                     std::vector<std::uint32_t>& lines, bool transactional) {
    const std::optional<Node> list = root.find(key);
    if (!list) {
        return;
    }
    for (const Node& item : list->items(key)) {
        operations.push_back(read_operation(item));
        lines.push_back(item.line());
        if (transactional && is_concurrent(operations.back())) {
            item.fail(
                "concurrently cannot run inside a transaction: write transactional: false "
                "at the head of the revision");
        }
    }
}

/// `allow: {rule: why}`, for lint.
void read_allow(const Node& root, Revision& revision) {
    const std::optional<Node> allow = root.find("allow");
    if (!allow) {
        return;
    }
    const std::vector<std::string> rules = lint_rules();
    const std::vector<std::string_view> known{rules.begin(), rules.end()};
    allow->only("allow", known);
    for (const auto& [rule, why] : allow->entries("allow")) {
        if (why.text("the reason").empty()) {
            why.fail("allow must say why");
        }
        revision.allow.emplace(rule.raw(), why.raw());
    }
}

void check_way_back(const Node& root, const Revision& revision) {
    const std::optional<Node> downgrade = root.find("downgrade");
    if (downgrade && !revision.irreversible.empty()) {
        downgrade->fail("a revision has either a downgrade or a reason why it is irreversible");
    }
    if (!downgrade && revision.irreversible.empty() && !revision.upgrade.empty()) {
        root.fail("the revision has no way back: write `downgrade:`, or `irreversible:` and why");
    }
}

}  // namespace

Revision read_revision(const Node& root, const std::filesystem::path& file) {
    if (root.is_null()) {
        root.fail("the file is empty");
    }
    root.only("a revision", {"revision", "parents", "replaces", "message", "backends", "upgrade",
                             "downgrade", "irreversible", "transactional", "allow"});
    Revision revision;
    revision.file = file.string();
    const Node id = root.require("revision", "the file");
    revision.id = id.text("revision");
    check_id(id, revision.id);
    if (file.stem() != revision.id) {
        id.fail("the file is called '" + file.filename().string() + "' but holds the revision '" +
                revision.id + "'; the two must agree");
    }
    revision.parents = read_ids(root, "parents", &revision.parent_lines);
    revision.replaces = read_ids(root, "replaces");
    revision.backends = read_ids(root, "backends");
    revision.message = root.require("message", "the revision").text("message");
    if (const std::optional<Node> why = root.find("irreversible")) {
        revision.irreversible = why->text("irreversible");
        if (revision.irreversible.empty()) {
            why->fail("irreversible must say why");
        }
    }
    read_allow(root, revision);
    (void)root.require("upgrade", "the revision");
    if (const std::optional<Node> flag = root.find("transactional")) {
        revision.transactional = flag->boolean("transactional");
    }
    read_operations(root, "upgrade", revision.upgrade, revision.upgrade_lines,
                    revision.transactional);
    read_operations(root, "downgrade", revision.downgrade, revision.downgrade_lines,
                    revision.transactional);
    check_way_back(root, revision);
    revision.checksum = checksum(revision);
    return revision;
}

Revision load_revision(const std::filesystem::path& file) {
    return read_revision(yaml::load(file, Errc::input), file);
}

std::vector<Revision> load_revisions(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator at{folder, error}, end; !error && at != end;
         at.increment(error)) {
        const std::filesystem::path& file = at->path();
        if (file.extension() == ".yml") {
            throw Error{Errc::input, file.string() + ": revision files end in .yaml"};
        }
        if (file.extension() == ".yaml" && !file.filename().string().starts_with('.')) {
            files.push_back(file);
        }
    }
    if (error) {
        const bool denied = error == std::errc::permission_denied;
        throw Error{
            denied ? Errc::permission : Errc::input,
            folder.string() + ": cannot read the folder of the revisions: " + error.message()};
    }
    std::ranges::sort(files);
    std::vector<Revision> revisions;
    revisions.reserve(files.size());
    for (const std::filesystem::path& file : files) {
        revisions.push_back(load_revision(file));
    }
    return revisions;
}

}  // namespace enginebay::migration
