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

MigrationSet::MigrationSet(std::shared_ptr<const Content> content) : content_{std::move(content)} {}

MigrationSet MigrationSet::load(const std::filesystem::path& folder) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored)) {
        throw Error{Errc::configuration, "there is no folder with migrations at '" +
                                             folder.string() +
                                             "'; the key migrations.path says where it is"};
    }
    return make(migration::load_revisions(folder / "versions"),
                schema::load_schema(folder / "schema.yaml"));
}

MigrationSet MigrationSet::make(std::vector<Revision> revisions, Schema declared) {
    if (const std::string fault = schema::check_schema(declared); !fault.empty()) {
        throw Error{Errc::input, "the declared schema: " + fault};
    }
    if (revisions.empty()) {
        throw Error{Errc::input, "there are no revisions at all; the first one creates the tables"};
    }
    for (Revision& revision : revisions) {
        revision.checksum = migration::checksum(revision);
    }
    auto content = std::make_shared<Content>();
    content->revisions = migration::ordered(std::move(revisions));
    content->heads = migration::heads_of(content->revisions);
    content->declared = std::move(declared);
    MigrationSet set{std::move(content)};
    for (const std::string& head : set.heads()) {
        (void)set.schema_at(head);  // every operation can follow those before it
    }
    return set;
}

const std::vector<Revision>& MigrationSet::revisions() const noexcept {
    return content_->revisions;
}

const std::vector<std::string>& MigrationSet::heads() const noexcept { return content_->heads; }

const Schema& MigrationSet::declared() const noexcept { return content_->declared; }

const Revision* MigrationSet::find(std::string_view id) const noexcept {
    const auto found = std::ranges::find(content_->revisions, id, &Revision::id);
    return found == content_->revisions.end() ? nullptr : &*found;
}

Schema MigrationSet::schema_at(std::string_view revision) const {
    Schema schema;
    schema.unmanaged = content_->declared.unmanaged;
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
