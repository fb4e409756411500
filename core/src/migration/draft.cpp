// SPDX-License-Identifier: BSL-1.0
// Drafts of revisions: named, written, saved.
#include "migration/autogenerate.hpp"
#include "migration/planner.hpp"
#include "migration/revision_file.hpp"
#include "migration/write_file.hpp"
#include "migration/write_revision.hpp"

#include <enginebay/authoring.hpp>
#include <enginebay/error.hpp>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>

namespace enginebay {
namespace {

using yaml::Item;

Item ids(const std::vector<std::string>& list) {
    Item item = Item::list();
    for (const std::string& id : list) {
        item.add(Item::word(id));
    }
    return item;
}

Item steps(const std::vector<DraftStep>& list) {
    Item item = Item::list();
    for (const DraftStep& step : list) {
        Item operation = migration::written(step.operation);
        operation.remark(step.remark);
        if (std::holds_alternative<CreateTable>(step.operation) || !step.remark.empty()) {
            operation.apart();
        }
        item.add(std::move(operation));
    }
    return list.empty() ? item : item.open();
}

/// Tables and columns, as "table" and "table.column", by the names they have once the way back has
/// renamed.
using Names = std::set<std::pair<std::string, std::string>>;

/// What the operations make and nothing was before.
Names made_by(const std::vector<DraftStep>& upgrade) {
    std::map<std::string, std::string> earlier;
    Names made;
    Names dropped;
    for (const DraftStep& step : upgrade) {
        const auto name = [&](const std::string& table) {
            const auto found = earlier.find(table);
            return found == earlier.end() ? table : found->second;
        };
        if (const auto* rename = std::get_if<RenameTable>(&step.operation)) {
            earlier[rename->to] = rename->from;
        } else if (const auto* table = std::get_if<CreateTable>(&step.operation)) {
            made.emplace(table->table.name, "");
        } else if (const auto* drop = std::get_if<DropColumn>(&step.operation)) {
            dropped.emplace(name(drop->table), drop->column);
        } else if (const auto* column = std::get_if<AddColumn>(&step.operation)) {
            made.emplace(name(column->table), column->column.name);
        }
    }
    std::erase_if(made, [&](const auto& one) { return dropped.contains(one); });
    return made;
}

/// To go back takes what was made: nothing to decide there.
void forget_decided(std::vector<DraftStep>& downgrade, const Names& made) {
    for (DraftStep& step : downgrade) {
        const auto* table = std::get_if<DropTable>(&step.operation);
        const auto* column = std::get_if<DropColumn>(&step.operation);
        if ((table != nullptr && made.contains({table->table, ""})) ||
            (column != nullptr && made.contains({column->table, column->column}))) {
            step.remark.clear();
        }
    }
}

/// The number that the id begins with; 0 where it begins with none.
unsigned number_of(std::string_view id) {
    constexpr std::size_t most = 9;
    unsigned number = 0;
    for (const char c : id.substr(0, most)) {
        if (c < '0' || c > '9') {
            break;
        }
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    return number;
}

/// Letters and digits in lower case, with '_' between.
std::string words_of(std::string_view message) {
    constexpr std::size_t longest = 60;
    std::string words;
    for (const char c : message) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80 && std::isalnum(byte) != 0) {
            words += static_cast<char>(std::tolower(byte));
        } else if (!words.empty() && words.back() != '_') {
            words += '_';
        }
    }
    if (words.size() > longest) {
        words.resize(std::min(words.rfind('_', longest), longest));
    }
    while (words.ends_with('_')) {
        words.pop_back();
    }
    return words.empty() ? "revision" : words;
}

void require_message(std::string_view message) {
    if (message.find_first_not_of(" \t\n") == std::string_view::npos) {
        throw Error{Errc::usage, "a revision needs a message: one sentence for people"};
    }
}

}  // namespace

std::string next_revision_id(const MigrationSet& set, std::string_view message) {
    unsigned number = 0;
    for (const Revision& revision : set.revisions()) {
        number = std::max(number, number_of(revision.id));
    }
    std::string digits = std::to_string(number + 1);
    digits.insert(0, digits.size() < 4 ? 4 - digits.size() : 0, '0');
    return digits + "_" + words_of(message);
}

Draft empty_draft(const MigrationSet& set, std::string_view message) {
    require_message(message);
    Draft draft;
    draft.id = next_revision_id(set, message);
    if (!set.heads().empty()) {
        draft.parents = {migration::resolve_target(set, {})};
    }
    draft.message = message;
    return draft;
}

Draft autogenerate(const MigrationSet& set, std::string_view message) {
    Draft draft = empty_draft(set, message);
    const Schema& to = set.declared();
    const Schema from = set.schema_at(draft.parents.empty() ? "" : draft.parents.front());
    draft.upgrade = changes(from, to);
    draft.downgrade = changes(to, migration::renamed_back(from, to));
    forget_decided(draft.downgrade, made_by(draft.upgrade));
    return draft;
}

Draft merge_draft(const MigrationSet& set, std::string_view message,
                  const std::vector<std::string>& heads) {
    require_message(message);
    Draft draft;
    draft.id = next_revision_id(set, message);
    draft.message = message;
    for (const std::string& head : heads.empty() ? set.heads() : heads) {
        std::string parent = migration::resolve_target(set, head);
        if (std::ranges::find(draft.parents, parent) == draft.parents.end()) {
            draft.parents.push_back(std::move(parent));
        }
    }
    if (draft.parents.size() < 2) {
        throw Error{Errc::usage, "there is nothing to join: the only head is '" +
                                     (draft.parents.empty() ? "" : draft.parents.front()) + "'"};
    }
    return draft;
}

std::string to_yaml(const Draft& draft) {
    Item root = Item::map();
    root.remark(draft.remark);
    root.set("revision", Item::word(draft.id)).set("parents", ids(draft.parents));
    if (!draft.replaces.empty()) {
        root.set("replaces", ids(draft.replaces).open());
    }
    root.set("message", Item::text(draft.message));
    if (!draft.backends.empty()) {
        root.set("backends", ids(draft.backends));
    }
    if (!draft.transactional) {
        root.set("transactional", Item::word("false"));
    }
    root.set("upgrade", steps(draft.upgrade));
    if (!draft.irreversible.empty()) {
        root.set("irreversible", Item::text(draft.irreversible));
    } else {
        root.set("downgrade", steps(draft.downgrade));
    }
    return root.document();
}

std::filesystem::path save(const Draft& draft, const MigrationSet& set,
                           const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / "versions" / (draft.id + ".yaml");
    const std::string text = to_yaml(draft);
    std::vector<Revision> all = set.revisions();
    all.push_back(migration::read_revision(yaml::parse(text, file.string(), Errc::input), file));
    (void)MigrationSet::make(std::move(all), {});
    std::error_code told_below;
    std::filesystem::create_directories(file.parent_path(), told_below);
    migration::write_new_file(file, text);
    return file;
}

}  // namespace enginebay
