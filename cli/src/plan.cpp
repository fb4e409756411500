// SPDX-License-Identifier: BSL-1.0
// Prints the plan of an upgrade.
#include "plan.hpp"

#include "output.hpp"
#include "program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <memory>
#include <vector>

namespace enginebay::cli {
namespace {

using Operations = std::vector<PlannedOperation>;

Poco::JSON::Object to_json(const PlannedOperation& operation, std::int64_t disk) {
    Poco::JSON::Object entry = json_object();
    entry.set("operation", operation.operation);
    entry.set("place", operation.place);
    entry.set("statements", json_list(operation.statements));
    if (!operation.call.empty()) {
        entry.set("call", operation.call);
    }
    entry.set("locks", operation.cost.locks);
    entry.set("rewritten", json_list(operation.cost.rewritten));
    entry.set("disk_bytes", static_cast<Poco::Int64>(disk));
    entry.set("scanned", json_list(operation.cost.scanned));
    entry.set("loss", operation.loss);
    return entry;
}

void print_line(const char* what, const std::string& text) {
    if (!text.empty()) {
        std::cout << "      " << what << text << '\n';
    }
}

void print_sql(const std::string& statement) {
    std::cout << "      sql:    ";
    for (const char c : statement) {
        std::cout << c << (c == '\n' ? "              " : "");
    }
    std::cout << '\n';
}

/// The disk that copies of tables take, as far as the backend can tell; -1: not at all.
std::int64_t disk_of(Migrator& migrator, Connection& connection,
                     const PlannedOperation& operation) {
    std::int64_t sum = operation.cost.rewritten.empty() ? 0 : -1;
    for (const std::string& table : operation.cost.rewritten) {
        const std::int64_t bytes = migrator.bytes_of(connection, table);
        if (bytes >= 0) {
            sum = std::max<std::int64_t>(sum, 0) + bytes;
        }
    }
    return sum;
}

std::string for_people(std::int64_t bytes) {
    if (bytes < 0) {
        return {};
    }
    const double kib = static_cast<double>(bytes) / 1024;
    return kib < 1024 ? fmt::format("about {:.0f} KiB of disk", kib)
                      : fmt::format("about {:.1f} MiB of disk", kib / 1024);
}

void print(const PlannedOperation& operation, std::int64_t disk) {
    std::cout << "  " << operation.operation << "  (" << operation.place << ")\n";
    for (const std::string& statement : operation.statements) {
        print_sql(statement);
    }
    print_line("call:   ", operation.call);
    print_line("locks:  ", operation.cost.locks);
    print_line("copies: ",
               operation.cost.rewritten.empty() ? "" : joined(operation.cost.rewritten));
    if (disk > 0) {
        print_line("needs:  ", for_people(disk));
    }
    print_line("reads:  ", operation.cost.scanned.empty() ? "" : joined(operation.cost.scanned));
    print_line("loses:  ", operation.loss);
}

/// The operations of one revision, which stand together in the plan.
Operations of_revision(const Operations& all, const std::string& id) {
    Operations result;
    for (const PlannedOperation& operation : all) {
        if (operation.revision == id) {
            result.push_back(operation);
        }
    }
    return result;
}

std::vector<std::string> reachable(const MigrationStatus& status, const Operations& operations,
                                   const std::string& target) {
    if (target.empty() || target == "head") {
        return status.pending;
    }
    std::vector<std::string> ids;
    for (const PlannedOperation& operation : operations) {
        if (ids.empty() || ids.back() != operation.revision) {
            ids.push_back(operation.revision);
        }
    }
    return ids;
}

/// Of a revision, or of one in legacy/ where the database has yet to come by that.
std::string message_of(const MigrationSet& set, const std::string& id) {
    if (const Revision* revision = set.find(id)) {
        return revision->message;
    }
    const std::vector<Revision>& old = set.legacy();
    const auto found = std::ranges::find(old, id, &Revision::id);
    return found == old.end() ? std::string{} : found->message;
}

}  // namespace

int print_plan(Program& program, const std::string& target) {
    const MigrationStatus status = program.migrations().status();
    const Operations operations = program.migrations().plan(target, status.applied);
    const std::unique_ptr<Connection> connection = program.engine().connect(Access::read_only);
    const std::unique_ptr<Migrator> migrator = program.engine().migrator();
    Poco::JSON::Array pending;
    const std::vector<std::string> ids = reachable(status, operations, target);
    for (const std::string& id : ids) {
        const std::string message = message_of(program.migration_set(), id);
        const Operations steps = of_revision(operations, id);
        const std::string way_back = steps.empty() ? std::string{} : steps.front().way_back;
        if (!program.json()) {
            std::cout << id << "  " << message << '\n';
            for (const PlannedOperation& step : steps) {
                print(step, disk_of(*migrator, *connection, step));
            }
            print_line("going back loses: ", way_back);
            continue;
        }
        Poco::JSON::Array list;
        for (const PlannedOperation& step : steps) {
            list.add(to_json(step, disk_of(*migrator, *connection, step)));
        }
        Poco::JSON::Object entry = json_object();
        entry.set("revision", id);
        entry.set("message", message);
        entry.set("operations", list);
        entry.set("way_back", way_back);
        pending.add(entry);
    }
    if (program.json()) {
        print_json(json_object({{"state", state_name(status.state)},
                                {"current", json_list(status.current)},
                                {"pending", pending}}));
        return 0;
    }
    std::cout << (ids.empty() ? "nothing to do: " : "") << "the database is at "
              << joined(status.current) << '\n';
    if (status.state == MigrationStatus::State::unversioned) {
        std::cout << "The database has tables but no history. This is the way of an empty one: "
                     "`upgrade` first\ncompares the structure, and leaves out what is there or "
                     "refuses.\n";
    }
    return 0;
}

}  // namespace enginebay::cli
