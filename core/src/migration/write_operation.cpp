// SPDX-License-Identifier: BSL-1.0
// Operations as YAML.
#include "migration/read_operation.hpp"
#include "migration/replay.hpp"
#include "migration/write_revision.hpp"
#include "migration/write_value.hpp"

#include <string>
#include <variant>

namespace enginebay::migration {
namespace {

using yaml::Item;

Item of_table(const std::string& table) {
    Item item = Item::map();
    item.set("table", Item::text(table));
    return item;
}

template <class Drop>
Item dropped_constraint(const Drop& operation) {
    Item item = of_table(operation.table);
    if (operation.name.empty()) {
        return item.set("columns", Item::texts(operation.columns));
    }
    return item.set("name", Item::text(operation.name));
}

Item row_values(const RowValues& values) {
    Item item = Item::map();
    for (const auto& [column, value] : values) {
        item.set(column, written(value));
    }
    return item;
}

template <class T>
Item with_concurrently(Item item, const T& operation) {
    if (operation.concurrently) {
        item.set("concurrently", Item::word("true"));
    }
    return item;
}

Item statements(const std::vector<std::string>& list) { return Item::texts(list).open(); }

struct Writer {
    Item operator()(const CreateTable& o) const { return written(o.table); }
    Item operator()(const DropTable& o) const { return of_table(o.table); }
    Item operator()(const RenameTable& o) const {
        Item item = Item::map();
        return item.set("from", Item::text(o.from)).set("to", Item::text(o.to));
    }
    Item operator()(const AddColumn& o) const {
        return of_table(o.table).set("column", written(o.column));
    }
    Item operator()(const DropColumn& o) const {
        return of_table(o.table).set("column", Item::text(o.column));
    }
    Item operator()(const RenameColumn& o) const {
        return of_table(o.table).set("from", Item::text(o.from)).set("to", Item::text(o.to));
    }
    Item operator()(const AlterColumn& o) const {
        Item item = of_table(o.table).set("column", written(o.column));
        if (!o.using_.empty()) {
            Item expressions = Item::map();
            for (const auto& [backend, expression] : o.using_) {
                expressions.set(backend, Item::text(expression));
            }
            item.set("using", expressions);
        }
        return item;
    }
    Item operator()(const AddUnique& o) const {
        return of_table(o.table).set("unique", written(o.unique));
    }
    Item operator()(const DropUnique& o) const { return dropped_constraint(o); }
    Item operator()(const AddCheck& o) const {
        return of_table(o.table).set("check", written(o.check));
    }
    Item operator()(const DropCheck& o) const {
        Item item = of_table(o.table);
        return o.name.empty() ? item.set("expression", Item::text(o.expression))
                              : item.set("name", Item::text(o.name));
    }
    Item operator()(const AddForeignKey& o) const {
        return of_table(o.table).set("foreign_key", written(o.foreign_key));
    }
    Item operator()(const DropForeignKey& o) const { return dropped_constraint(o); }
    Item operator()(const CreateIndex& o) const {
        return with_concurrently(of_table(o.table).set("index", written(o.index)), o);
    }
    Item operator()(const DropIndex& o) const {
        return with_concurrently(of_table(o.table).set("index", Item::text(o.index)), o);
    }
    Item operator()(const CreateSearchIndex& o) const {
        return of_table(o.table).set("index", written(o.index));
    }
    Item operator()(const DropSearchIndex& o) const {
        return of_table(o.table).set("index", Item::text(o.index));
    }
    Item operator()(const InsertRows& o) const {
        Item rows = Item::list();
        for (const RowValues& row : o.rows) {
            rows.add(row_values(row));
        }
        return of_table(o.table).set("rows", rows.open());
    }
    Item operator()(const UpdateRows& o) const {
        return of_table(o.table).set("set", row_values(o.set)).set("where", row_values(o.where));
    }
    Item operator()(const DeleteRows& o) const {
        return of_table(o.table).set("where", row_values(o.where));
    }
    Item operator()(const Execute& o) const {
        if (o.by_backend.empty() && o.skip.empty() && o.effect.empty()) {
            return statements(o.all);
        }
        Item item = Item::map();
        if (!o.all.empty()) {
            item.set("all", statements(o.all));
        }
        for (const auto& [backend, list] : o.by_backend) {
            item.set(backend, statements(list));
        }
        if (!o.skip.empty()) {
            item.set("skip", Item::texts(o.skip));
        }
        if (!o.effect.empty()) {
            Item effects = Item::list();
            for (const Effect& effect : o.effect) {
                effects.add(written(as_operation(effect)));
            }
            item.set("effect", effects.open());
        }
        return item;
    }
    Item operator()(const Call& o) const { return Item::text(o.step); }
};

}  // namespace

Item written(const Operation& operation) {
    Item item = Item::map();
    return item.set(operation_name(operation), std::visit(Writer{}, operation));
}

}  // namespace enginebay::migration
