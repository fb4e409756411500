// SPDX-License-Identifier: BSL-1.0
// What helps people write revisions: generate, write, join, shorten and judge them.
// Threads: pure functions, but for save() and save_squash(), which make and move files.
//
// Nothing here needs a database, and nothing asks: what a person has to decide is said in a remark
// beside the operation, which the file shows as a comment that begins with DECIDE.
#pragma once

#include <enginebay/export.hpp>
#include <enginebay/migrations.hpp>
#include <enginebay/operation.hpp>
#include <enginebay/revision.hpp>
#include <enginebay/schema.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay {

struct DraftStep {
    Operation operation;
    std::string remark;  ///< a comment above it; empty: none
};

/// A revision on its way to being a file.
struct Draft {
    std::string id;
    std::vector<std::string> parents;
    std::vector<std::string> replaces;
    std::string message;
    std::vector<std::string> backends;
    std::vector<DraftStep> upgrade;
    std::vector<DraftStep> downgrade;
    std::string irreversible;
    bool transactional{true};
    std::string remark;  ///< a comment at the top of the file; may have several lines
};

/// The operations that make `to` of `from`, in an order that keys and indexes allow. `renamed_from`
/// in `to` tells a rename from a loss; it is looked at where the old name is there and the new one
/// is not. Nothing where the two mean the same, whatever the order of their tables and columns.
ENGINEBAY_API std::vector<DraftStep> changes(const Schema& from, const Schema& to);

/// A draft that leads from the set's head to its declared schema, and back; without operations
/// where they agree. Throws Errc::input for several heads.
ENGINEBAY_API Draft autogenerate(const MigrationSet& set, std::string_view message);

/// A draft without operations, after the head.
ENGINEBAY_API Draft empty_draft(const MigrationSet& set, std::string_view message);

/// A draft that joins heads: those named, or all. Throws Errc::usage where there are not two.
ENGINEBAY_API Draft merge_draft(const MigrationSet& set, std::string_view message,
                                const std::vector<std::string>& heads);

/// A draft that stands for the revisions from `first` (empty: the first of all) to `last`. Where
/// they hold structure alone and begin with nothing it holds the result, else all their operations.
/// Throws Errc::usage where one revision cannot say the same.
ENGINEBAY_API Draft squash_draft(const MigrationSet& set, std::string_view message,
                                 std::string_view first, std::string_view last);

/// The next number and the message's words: "0004_notes_have_a_kind".
ENGINEBAY_API std::string next_revision_id(const MigrationSet& set, std::string_view message);

/// One thing about a revision that may hurt.
struct LintFinding {
    std::string rule;
    std::string revision;
    std::string place;   ///< file:line
    std::string what;    ///< what is the matter
    std::string remedy;  ///< the safe way
};

/// The rules, for messages and documents.
ENGINEBAY_API std::vector<std::string> lint_rules();

/// What hurts in the revisions named (all, where none is) on a backend with that migrator and those
/// capabilities, but for what a file allows. Throws Errc::input for a name that is none.
ENGINEBAY_API std::vector<LintFinding> lint(const MigrationSet& set, const Migrator& migrator,
                                            Capabilities capabilities, const std::string& backend,
                                            const std::vector<std::string>& revisions = {});

/// The file of a draft, as a person would write it. Reading it gives the same revision.
ENGINEBAY_API std::string to_yaml(const Draft& draft);

/// Writes the draft to `folder`/versions, after reading it back beside the set's revisions: what
/// could not be loaded is not written. The file is there whole or not at all, and never written
/// over another. Throws Errc::input and Errc::io.
ENGINEBAY_API std::filesystem::path save(const Draft& draft, const MigrationSet& set,
                                         const std::filesystem::path& folder);

/// Writes a squash_draft() to `folder`/versions and moves the files of what it replaces to
/// `folder`/legacy, from where they still serve databases in their middle. Trying to load the
/// result comes first. Throws Errc::input and Errc::io.
ENGINEBAY_API std::filesystem::path save_squash(const Draft& draft, const MigrationSet& set,
                                                const std::filesystem::path& folder);

}  // namespace enginebay
