// SPDX-License-Identifier: BSL-1.0
// Compares what the history is to say with what is there, then writes it in one transaction.
#include "migration/stamp.hpp"

#include "migration/adoption.hpp"
#include "migration/history.hpp"
#include "migration/planner.hpp"
#include "migration/statements.hpp"
#include "migration/turn.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace enginebay::migration {
namespace {

/// Refuses a database whose structure is not what the revisions make.
void require_structure(Connection& connection, Migrator& migrator, const MigrationSet& set,
                       const std::string& backend, const std::string& target,
                       const std::string& location) {
    const std::vector<std::string> ignored = ignored_tables(set.declared());
    const std::vector<std::string> statements =
        structure_of(with_ancestors(set, target), migrator, backend);
    const std::vector<Difference> differences = compare(
        migrator.scratch(connection, statements, ignored), migrator.inspect(connection, ignored));
    if (!differences.empty()) {
        throw Error{Errc::input,
                    "the structure of " + location + " is not that of " +
                        (target.empty() ? "a database before the first revision"
                                        : "revision '" + target + "'") +
                        ". Nothing was changed. The differences:\n" + describe(differences) +
                        "Mend these, name another revision, or say --force --why REASON"};
    }
}

const AppliedRevision* find(const std::vector<AppliedRevision>& rows, const std::string& id) {
    const auto found = std::ranges::find(rows, id, &AppliedRevision::revision);
    return found == rows.end() ? nullptr : &*found;
}

/// What has to become of the rows.
StampReport difference(const std::vector<AppliedRevision>& rows,
                       const std::vector<const Revision*>& wanted) {
    StampReport report;
    for (const Revision* revision : wanted) {
        const AppliedRevision* row = find(rows, revision->id);
        if (row == nullptr) {
            report.added.push_back(revision->id);
        } else if (row->checksum != revision->checksum) {
            report.rewritten.push_back(revision->id);
        }
    }
    for (const AppliedRevision& row : rows) {
        if (std::ranges::find(wanted, row.revision, [](const Revision* revision) {
                return revision->id;
            }) == wanted.end()) {
            report.removed.push_back(row.revision);
        }
    }
    return report;
}

void write(History& history, const StampReport& report, const std::vector<const Revision*>& wanted,
           const StampOptions& options) {
    for (const std::string& id : report.removed) {
        history.remove(id);
    }
    for (const std::string& id : report.rewritten) {
        history.remove(id);
    }
    const std::string by = options.by + (options.why.empty() ? "" : "; because: " + options.why);
    std::vector<NewRow> rows;
    for (const Revision* revision : wanted) {
        const auto listed = [&](const std::vector<std::string>& ids) {
            return std::ranges::find(ids, revision->id) != ids.end();
        };
        if (listed(report.added) || listed(report.rewritten)) {
            rows.push_back(row_of(*revision, "stamped", by));
        }
    }
    history.add(rows);
}

}  // namespace

StampReport stamp(Engine& engine, const MigrationSet& set, const std::string& backend,
                  const StampOptions& options) {
    if (options.force && options.why.empty()) {
        throw Error{Errc::usage, "to force a stamp say why; the history keeps it"};
    }
    const std::unique_ptr<Connection> connection = engine.connect(Access::read_write);
    const std::unique_ptr<Migrator> migrator = engine.migrator();
    History history{*connection, *migrator, engine.dialect()};
    std::vector<AppliedRevision> rows = history.read();
    const std::string target = resolve_target(set, options.target, applied_set(set, rows));
    const std::vector<const Revision*> wanted = with_ancestors(set, target);
    if (!options.force) {
        history.verify(set, rows, engine.location());
        require_structure(*connection, *migrator, set, backend, target, engine.location());
    }
    WriteTransaction transaction{*connection};
    if (!migrator->try_lock(*connection)) {
        throw Error{Errc::busy, "another program is migrating the database; try again"};
    }
    rows = history.read_in_transaction();
    StampReport report = difference(rows, wanted);
    if (!options.force && !report.rewritten.empty()) {
        history.verify(set, rows, engine.location());  // throws: it changed meanwhile
    }
    write(history, report, wanted, options);
    transaction.commit();
    Applied applied;
    for (const Revision* revision : wanted) {
        applied.insert(revision->id);
    }
    report.current = current(set, applied);
    return report;
}

}  // namespace enginebay::migration
