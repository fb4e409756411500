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
#include <utility>

namespace enginebay {
namespace {

void require_sound(const Schema& declared) {
    if (const std::string fault = schema::check_schema(declared); !fault.empty()) {
        throw Error{Errc::input, "the declared schema: " + fault};
    }
}

}  // namespace

std::shared_ptr<MigrationSet::Content> MigrationSet::assemble(std::vector<Revision> revisions) {
    if (revisions.empty()) {
        throw Error{Errc::input, "there are no revisions at all; the first one creates the tables"};
    }
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
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored)) {
        throw Error{Errc::configuration, "there is no folder with migrations at '" +
                                             folder.string() +
                                             "'; the key migrations.path says where it is"};
    }
    const std::filesystem::path schema_file = folder / "schema.yaml";
    if (!std::filesystem::exists(schema_file, ignored)) {
        throw Error{Errc::input,
                    "'" + schema_file.string() + "' is missing: it declares the schema"};
    }
    auto content = assemble(migration::load_revisions(folder / "versions"));
    content->schema_file = schema_file;
    return MigrationSet{std::move(content)};
}

MigrationSet MigrationSet::make(std::vector<Revision> revisions, Schema declared) {
    require_sound(declared);
    auto content = assemble(std::move(revisions));
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
    return migration::schema_differences(declared(),
                                         schema_at(migration::resolve_target(*this, {})));
}

}  // namespace enginebay
