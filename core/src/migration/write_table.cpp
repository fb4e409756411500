// SPDX-License-Identifier: BSL-1.0
// Tables and their parts as YAML.
#include "migration/write_revision.hpp"
#include "migration/write_value.hpp"
#include "schema/names.hpp"

#include <string>
#include <variant>

namespace enginebay::migration {
namespace {

using yaml::Item;

template <class T>
void set_list(Item& item, std::string_view key, const std::vector<T>& parts) {
    if (parts.empty()) {
        return;
    }
    Item list = Item::list();
    for (const T& part : parts) {
        list.add(written(part));
    }
    item.set(key, list.open());
}

void set_text(Item& item, std::string_view key, const std::string& text) {
    if (!text.empty()) {
        item.set(key, Item::text(text));
    }
}

Item written(const IndexColumn& column) {
    if (!column.name.empty() && !column.descending) {
        return Item::text(column.name);
    }
    Item item = Item::map();
    set_text(item, "name", column.name);
    set_text(item, "expression", column.expression);
    if (column.descending) {
        item.set("descending", Item::word("true"));
    }
    return item;
}

void set_action(Item& item, std::string_view key, ReferentialAction action) {
    if (action != ReferentialAction::no_action) {
        item.set(key, Item::word(schema::name_of(action)));
    }
}

}  // namespace

Item written(const Column& column) {
    Item item = Item::map();
    item.set("name", Item::text(column.name));
    item.set("type", Item::word(schema::name_of(column.type)));
    if (column.nullable != (column.type != ColumnType::identity)) {
        item.set("nullable", Item::word(column.nullable ? "true" : "false"));
    }
    if (column.fallback) {
        const auto* value = std::get_if<Value>(&*column.fallback);
        item.set("default", value == nullptr ? Item::word("now") : written(*value));
    }
    if (!column.native.empty()) {
        Item native = Item::map();
        for (const auto& [backend, type] : column.native) {
            native.set(backend, Item::text(type));
        }
        item.set("native", native);
    }
    set_text(item, "renamed_from", column.renamed_from);
    return item;
}

Item written(const UniqueConstraint& unique) {
    if (unique.name.empty()) {
        return Item::texts(unique.columns);
    }
    Item item = Item::map();
    item.set("name", Item::text(unique.name)).set("columns", Item::texts(unique.columns));
    return item;
}

Item written(const CheckConstraint& check) {
    if (check.name.empty()) {
        return Item::text(check.expression);
    }
    Item item = Item::map();
    item.set("name", Item::text(check.name)).set("expression", Item::text(check.expression));
    return item;
}

Item written(const ForeignKey& key) {
    Item item = Item::map();
    set_text(item, "name", key.name);
    Item target = Item::map();
    target.set("table", Item::text(key.table)).set("columns", Item::texts(key.referenced));
    item.set("columns", Item::texts(key.columns)).set("references", target);
    set_action(item, "on_delete", key.on_delete);
    set_action(item, "on_update", key.on_update);
    return item;
}

Item written(const Index& index) {
    Item columns = Item::list();
    for (const IndexColumn& column : index.columns) {
        columns.add(written(column));
    }
    Item item = Item::map();
    item.set("name", Item::text(index.name)).set("columns", columns);
    if (index.unique) {
        item.set("unique", Item::word("true"));
    }
    set_text(item, "where", index.where);
    return item;
}

Item written(const SearchIndex& index) {
    Item item = Item::map();
    item.set("name", Item::text(index.name)).set("columns", Item::texts(index.columns));
    item.set("key", Item::text(index.key));
    if (!index.triggers.empty()) {
        item.set("triggers", Item::texts(index.triggers));
    }
    return item;
}

Item written(const Table& table) {
    Item item = Item::map();
    item.set("name", Item::text(table.name));
    set_list(item, "columns", table.columns);
    if (!table.primary_key.empty()) {
        item.set("primary_key", Item::texts(table.primary_key));
    }
    set_list(item, "unique", table.uniques);
    set_list(item, "checks", table.checks);
    set_list(item, "foreign_keys", table.foreign_keys);
    set_list(item, "indexes", table.indexes);
    set_list(item, "search_indexes", table.search_indexes);
    set_text(item, "renamed_from", table.renamed_from);
    return item.open();
}

}  // namespace enginebay::migration
