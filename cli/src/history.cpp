// SPDX-License-Identifier: BSL-1.0
// enginebay history: the revisions of the product, and when each was applied here.
#include "commands.hpp"
#include "graph.hpp"
#include "output.hpp"
#include "program.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

namespace enginebay::cli {
namespace {

const AppliedRevision* find(const MigrationStatus& status, const std::string& id) {
    const auto found =
        std::find_if(status.applied.begin(), status.applied.end(),
                     [&id](const AppliedRevision& row) { return row.revision == id; });
    return found == status.applied.end() ? nullptr : &*found;
}

/// "pending", or as in the history; "applied" too where all that it replaces has been. Empty where
/// the revision is not needed: one that replaces it is there.
std::string state_of(const MigrationStatus& status, const Revision& revision) {
    const auto is_pending = [&status](const std::string& id) {
        return std::find(status.pending.begin(), status.pending.end(), id) != status.pending.end();
    };
    if (const AppliedRevision* row = find(status, revision.id)) {
        return row->state;
    }
    const std::vector<std::string>& older = revision.replaces;
    if (is_pending(revision.id) || std::any_of(older.begin(), older.end(), is_pending)) {
        return "pending";
    }
    const bool done =
        !older.empty() && std::all_of(older.begin(), older.end(), [&status](const std::string& id) {
            return find(status, id) != nullptr;
        });
    return done ? "applied" : "";
}

Poco::JSON::Object to_json(const MigrationSet& set, const MigrationStatus& status) {
    Poco::JSON::Array revisions;
    for (const Revision& revision : set.revisions()) {
        const AppliedRevision* row = find(status, revision.id);
        Poco::JSON::Object entry = json_object();
        entry.set("revision", revision.id);
        entry.set("parents", json_list(revision.parents));
        entry.set("message", revision.message);
        entry.set("state", state_of(status, revision));
        if (row != nullptr) {
            entry.set("applied_at", row->applied_at);
            entry.set("duration_us", static_cast<Poco::Int64>(row->duration_us));
            entry.set("by", row->by);
        }
        revisions.add(entry);
    }
    Poco::JSON::Object object = json_object();
    object.set("revisions", revisions);
    return object;
}

void print_list(const MigrationSet& set, const MigrationStatus& status) {
    std::vector<std::vector<std::string>> rows;
    for (const Revision& revision : set.revisions()) {
        const AppliedRevision* row = find(status, revision.id);
        rows.push_back({revision.id, state_of(status, revision),
                        row == nullptr ? std::string{} : row->applied_at, revision.message});
    }
    print_table({"REVISION", "STATE", "APPLIED AT", "MESSAGE"}, rows);
}

void print_graph(const MigrationSet& set, const MigrationStatus& status) {
    std::vector<GraphNode> nodes;
    for (const Revision& revision : set.revisions()) {
        const std::string state = state_of(status, revision);
        nodes.push_back(
            {revision.id, revision.parents,
             revision.id + (state.empty() ? "" : " (" + state + ")") + "  " + revision.message});
    }
    for (const std::string& line : draw_graph(nodes)) {
        std::cout << line << '\n';
    }
}

int run(Program& program, bool graph) {
    const MigrationSet& set = program.migration_set();
    const MigrationStatus status = program.migrations().status();
    if (program.json()) {
        print_json(to_json(set, status));
    } else if (graph) {
        print_graph(set, status);
    } else {
        print_list(set, status);
    }
    return 0;
}

}  // namespace

void add_history(CLI::App& app, Chosen& chosen) {
    CLI::App* command =
        app.add_subcommand("history", "Lists the revisions and when each was applied");
    const auto graph = std::make_shared<bool>(false);
    command->add_flag("--graph", *graph, "Draws how the revisions follow each other, newest first");
    command->footer("Reads only.\n\nExample:\n  enginebay history --graph");
    command->callback([&chosen, graph] {
        chosen.action = [graph](Program& program) { return run(program, *graph); };
    });
}

}  // namespace enginebay::cli
