// SPDX-License-Identifier: BSL-1.0
// What operations cost on PostgreSQL: locks, scans, tables written anew.
#include "migrator.hpp"

#include <enginebay/connection.hpp>

#include <algorithm>
#include <array>

namespace enginebay::postgresql {
namespace {

std::string exclusive(const std::string& table) {
    return "ACCESS EXCLUSIVE on " + table + ": its readers and writers wait";
}
std::string share(const std::string& table) { return "SHARE on " + table + ": its writers wait"; }

const Column* find_column(const Schema& schema, const std::string& table,
                          const std::string& column) {
    const auto t = std::find_if(schema.tables.begin(), schema.tables.end(),
                                [&](const Table& one) { return one.name == table; });
    if (t == schema.tables.end()) {
        return nullptr;
    }
    const auto c = std::find_if(t->columns.begin(), t->columns.end(),
                                [&](const Column& one) { return one.name == column; });
    return c == t->columns.end() ? nullptr : &*c;
}

struct Costs {
    const Schema& before;

    OperationCost operator()(const CreateTable& o) const {
        OperationCost cost;
        for (const ForeignKey& key : o.table.foreign_keys) {
            if (key.table != o.table.name) {
                cost.locks += (cost.locks.empty() ? "" : "; ") +
                              ("SHARE ROW EXCLUSIVE on " + key.table + ": its writers wait");
            }
        }
        return cost;
    }
    OperationCost operator()(const DropTable& o) const { return {exclusive(o.table), {}, {}}; }
    OperationCost operator()(const RenameTable& o) const { return {exclusive(o.from), {}, {}}; }
    OperationCost operator()(const AddColumn& o) const {
        OperationCost cost{exclusive(o.table), {}, {}};
        if (o.column.type == ColumnType::identity) {
            cost.rewritten.push_back(o.table);
        }
        return cost;
    }
    OperationCost operator()(const DropColumn& o) const { return {exclusive(o.table), {}, {}}; }
    OperationCost operator()(const RenameColumn& o) const { return {exclusive(o.table), {}, {}}; }
    OperationCost operator()(const AlterColumn& o) const {
        OperationCost cost{exclusive(o.table), {}, {}};
        const Column* now = find_column(before, o.table, o.column.name);
        if (now == nullptr) {
            return cost;
        }
        const auto plain = [](ColumnType type) {
            return type == ColumnType::identity ? ColumnType::integer : type;
        };
        if (plain(now->type) != plain(o.column.type) || !o.using_.empty()) {
            cost.rewritten.push_back(o.table);
        } else if (now->nullable && !o.column.nullable) {
            cost.scanned.push_back(o.table);
        }
        return cost;
    }
    OperationCost operator()(const AddUnique& o) const {
        return {exclusive(o.table), {}, {o.table}};
    }
    OperationCost operator()(const DropUnique& o) const { return {exclusive(o.table), {}, {}}; }
    OperationCost operator()(const AddCheck& o) const {
        return {exclusive(o.table), {}, {o.table}};
    }
    OperationCost operator()(const DropCheck& o) const { return {exclusive(o.table), {}, {}}; }
    OperationCost operator()(const AddForeignKey& o) const {
        return {"SHARE ROW EXCLUSIVE on " + o.table + " and " + o.foreign_key.table +
                    ": their writers wait",
                {},
                {o.table}};
    }
    OperationCost operator()(const DropForeignKey& o) const { return {exclusive(o.table), {}, {}}; }
    OperationCost operator()(const CreateIndex& o) const {
        return {o.concurrently
                    ? "SHARE UPDATE EXCLUSIVE on " + o.table + ": its readers and writers go on"
                    : share(o.table),
                {},
                {o.table}};
    }
    OperationCost operator()(const DropIndex& o) const {
        return {o.concurrently
                    ? "SHARE UPDATE EXCLUSIVE on " + o.table + ": its readers and writers go on"
                    : exclusive(o.table),
                {},
                {}};
    }
    OperationCost operator()(const CreateSearchIndex& o) const {
        return {share(o.table), {}, {o.table}};
    }
    OperationCost operator()(const DropSearchIndex& o) const {
        return {exclusive(o.table), {}, {}};
    }
    OperationCost operator()(const InsertRows& /*o*/) const { return {}; }
    OperationCost operator()(const UpdateRows& o) const {
        return {"the rows it changes in " + o.table, {}, {o.table}};
    }
    OperationCost operator()(const DeleteRows& o) const {
        return {"the rows it deletes in " + o.table, {}, {o.table}};
    }
    OperationCost operator()(const Execute& /*o*/) const {
        return {"what its statements lock", {}, {}};
    }
    OperationCost operator()(const Call& /*o*/) const {
        return {"what the step of the program locks", {}, {}};
    }
};

}  // namespace

OperationCost PostgresMigrator::cost(const Operation& operation, const Schema& before) const {
    return std::visit(Costs{before}, operation);
}

std::int64_t PostgresMigrator::bytes_of(Connection& connection, const std::string& table) {
    const std::array<ValueView, 1> values{ValueView::text(table)};
    Cursor& cursor = connection.query(
        "SELECT coalesce(pg_total_relation_size(to_regclass(quote_ident(?))), -1)", values);
    const ValueView* cells = cursor.next();
    const std::int64_t bytes = cells == nullptr ? -1 : cells[0].as_integer();
    cursor.close();
    return bytes;
}

ScriptFrame PostgresMigrator::frame(std::span<const Operation> /*operations*/) const {
    return {{"BEGIN"}, {"COMMIT"}};
}

std::vector<std::string> PostgresMigrator::script_head() const {
    return {"\\set ON_ERROR_STOP on"};
}

}  // namespace enginebay::postgresql
