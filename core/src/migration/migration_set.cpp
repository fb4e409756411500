// SPDX-License-Identifier: BSL-1.0
// MigrationSet: loads a folder, checks it as a whole.
#include "migration/migration_set.hpp"

#include "migration/checksum.hpp"
#include "migration/graph.hpp"
#include "migration/planner.hpp"
#include "migration/replay.hpp"
#include "migration/revision_file.hpp"
#include "schema/check_table.hpp"
#include "schema/read_schema.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <system_error>
#include <utility>

namespace enginebay {
namespace {

void require_sound(const Schema& declared) {
    if (const std::string fault = schema::check_schema(declared); !fault.empty()) {
        throw Error{Errc::input, "the declared schema: " + fault};
    }
}

/// Frozen revisions have a history of their own, and one of `revisions` stands for each of them.
std::vector<Revision> assemble_legacy(std::vector<Revision> legacy,
                                      const std::vector<Revision>& revisions) {
    for (Revision& old : legacy) {
        std::erase_if(old.parents, [&](const std::string& parent) {  // it comes before all of these
            return std::ranges::find(revisions, parent, &Revision::id) != revisions.end();
        });
        old.checksum = migration::checksum(old);
        const auto refuse = [&](const std::string& fault) {
            Error error{Errc::input,
                        (old.file.empty() ? "revision '" + old.id + "'" : old.file) + ": " + fault};
            throw error.where(old.file);
        };
        if (std::ranges::find(revisions, old.id, &Revision::id) != revisions.end()) {
            refuse("a revision that others build on has the same name");
        }
        if (std::ranges::none_of(revisions, [&](const Revision& revision) {
                return std::ranges::find(revision.replaces, old.id) != revision.replaces.end();
            })) {
            refuse("no revision names it under `replaces`, so it would never run");
        }
    }
    return migration::ordered(std::move(legacy));
}

/// Whether it is there; throws where that cannot be told.
bool is_there(const std::filesystem::path& path) {
    std::error_code error;
    const auto type = std::filesystem::status(path, error).type();
    if (type == std::filesystem::file_type::not_found) {
        return false;
    }
    if (error) {
        const bool denied = error == std::errc::permission_denied;
        Error failure{denied ? Errc::permission : Errc::input,
                      path.string() + ": cannot be looked at: " + error.message()};
        throw failure.where(path.string());
    }
    return true;
}

}  // namespace

std::shared_ptr<MigrationSet::Content> MigrationSet::assemble(std::vector<Revision> revisions) {
    for (Revision& revision : revisions) {
        revision.checksum = migration::checksum(revision);
    }
    auto content = std::make_shared<Content>();
    content->revisions = migration::ordered(std::move(revisions));
    content->heads = migration::heads_of(content->revisions);
    const MigrationSet set{content};
    for (const std::string& head : set.heads()) {
        Schema schema;
        for (const Revision* step : migration::with_ancestors(set, head)) {
            migration::apply(schema, *step);  // every operation can follow those before it
        }
    }
    return content;
}

MigrationSet::MigrationSet(std::shared_ptr<const Content> content) : content_{std::move(content)} {}

MigrationSet MigrationSet::load(const std::filesystem::path& folder) {
    if (!is_there(folder) || !std::filesystem::is_directory(folder)) {
        throw Error{Errc::configuration, "there is no folder with migrations at '" +
                                             folder.string() +
                                             "'; the key migrations.path says where it is"};
    }
    const std::filesystem::path schema_file = folder / "schema.yaml";
    if (!is_there(schema_file)) {
        throw Error{Errc::input,
                    "'" + schema_file.string() + "' is missing: it declares the schema"};
    }
    const std::filesystem::path versions = folder / "versions";
    auto content = assemble(is_there(versions) ? migration::load_revisions(versions)
                                               : std::vector<Revision>{});
    content->schema_file = schema_file;
    content->legacy_folder = folder / "legacy";
    return MigrationSet{std::move(content)};
}

MigrationSet MigrationSet::make(std::vector<Revision> revisions, Schema declared,
                                std::vector<Revision> legacy) {
    require_sound(declared);
    auto content = assemble(std::move(revisions));
    content->legacy = assemble_legacy(std::move(legacy), content->revisions);
    content->declared = std::move(declared);
    return MigrationSet{std::move(content)};
}

const std::vector<Revision>& MigrationSet::revisions() const noexcept {
    return content_->revisions;
}

const std::vector<std::string>& MigrationSet::heads() const noexcept { return content_->heads; }

const Schema& MigrationSet::declared() const {
    if (!content_->schema_file.empty()) {
        std::call_once(content_->schema_read, [this] {
            Schema schema = schema::load_schema(content_->schema_file);
            require_sound(schema);
            content_->declared = std::move(schema);
        });
    }
    return content_->declared;
}

const std::vector<Revision>& MigrationSet::legacy() const {
    if (!content_->legacy_folder.empty()) {
        std::call_once(content_->legacy_read, [this] {
            if (is_there(content_->legacy_folder)) {
                content_->legacy = assemble_legacy(
                    migration::load_revisions(content_->legacy_folder), content_->revisions);
            }
        });
    }
    return content_->legacy;
}

const Revision* MigrationSet::find(std::string_view id) const noexcept {
    const auto found = std::ranges::find(content_->revisions, id, &Revision::id);
    return found == content_->revisions.end() ? nullptr : &*found;
}

Schema MigrationSet::schema_at(std::string_view revision) const {
    Schema schema;
    schema.unmanaged = declared().unmanaged;
    for (const Revision* step : migration::with_ancestors(*this, revision)) {
        migration::apply(schema, *step);
    }
    return schema;
}

std::vector<std::string> MigrationSet::disagreements() const {
    const std::string head = heads().empty() ? "" : migration::resolve_target(*this, {});
    return migration::schema_differences(declared(), schema_at(head));
}

}  // namespace enginebay
