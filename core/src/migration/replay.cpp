// SPDX-License-Identifier: BSL-1.0
// Replays operations on a schema value.
#include "migration/replay.hpp"

#include "migration/checksum.hpp"
#include "migration/read_operation.hpp"
#include "migration/schema_use.hpp"
#include "migration/settle.hpp"
#include "schema/check_table.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <utility>

namespace enginebay::migration {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error{Errc::input, message}; }

void require_sound(const std::string& fault) {
    if (!fault.empty()) {
        refuse(fault);
    }
}

Table& table_of(Schema& schema, const std::string& name) {
    Table* table = schema::find_table(schema, name);
    if (table == nullptr) {
        refuse("there is no table '" + name + "' at this point");
    }
    return *table;
}

/// Removes the element of that name, or refuses.
template <class T>
void erase_named(std::vector<T>& elements, const std::string& name, const std::string& what) {
    if (std::erase_if(elements, [&](const T& element) { return element.name == name; }) == 0) {
        refuse("there is no " + what + " '" + name + "' at this point");
    }
}

/// Removes the constraint of that name, or the unnamed way: the one over those columns.
template <class T>
T take_constraint(std::vector<T>& constraints, const std::string& name,
                  const std::vector<std::string>& columns, const std::string& what) {
    const auto found = std::ranges::find_if(constraints, [&](const T& constraint) {
        return name.empty() ? constraint.columns == columns : constraint.name == name;
    });
    if (found == constraints.end()) {
        refuse("there is no such " + what + (name.empty() ? "" : " '" + name + "'") +
               " at this point");
    }
    T taken = std::move(*found);
    constraints.erase(found);
    return taken;
}

template <class T>
void refuse_same_name(const std::vector<T>& constraints, const std::string& name,
                      const std::string& what) {
    if (!name.empty() && std::ranges::find(constraints, name, &T::name) != constraints.end()) {
        refuse("there is a " + what + " '" + name + "' at this point");
    }
}

class Replayer {
public:
    explicit Replayer(Schema& schema) : schema_{schema} {}

    void operator()(const CreateTable& operation) {
        require_sound(schema::check_table(operation.table));
        schema_.tables.push_back(operation.table);
        require_sound(schema::check_schema(schema_));
    }
    void operator()(const DropTable& operation) {
        for (const Table& table : schema_.tables) {
            for (const ForeignKey& key : table.foreign_keys) {
                if (key.table == operation.table && table.name != operation.table) {
                    refuse("a foreign key of the table '" + table.name +
                           "' still refers to the table '" + operation.table + "'");
                }
            }
        }
        erase_named(schema_.tables, operation.table, "table");
    }
    void operator()(const AddColumn& operation) {
        Table& table = table_of(schema_, operation.table);
        table.columns.push_back(operation.column);
        require_sound(schema::check_table(table));
    }
    void operator()(const RenameTable& operation) {
        table_of(schema_, operation.from).name = operation.to;
        for (Table& table : schema_.tables) {
            for (ForeignKey& key : table.foreign_keys) {
                key.table = key.table == operation.from ? operation.to : key.table;
            }
        }
        require_sound(schema::check_schema(schema_));
    }
    void operator()(const DropColumn& operation) {
        Table& table = table_of(schema_, operation.table);
        (void)column_of(table, operation.column);
        if (const std::string user = user_of_column(schema_, table, operation.column);
            !user.empty()) {
            refuse(user + " still uses the column '" + operation.column + "'; drop that first");
        }
        erase_named(table.columns, operation.column, "column");
        require_sound(schema::check_table(table));
    }
    void operator()(const RenameColumn& operation) {
        Table& table = table_of(schema_, operation.table);
        (void)column_of(table, operation.from);
        rename_column(schema_, table, operation.from, operation.to);
        check(table);
    }
    void operator()(const AlterColumn& operation) {
        Table& table = table_of(schema_, operation.table);
        column_of(table, operation.column.name) = operation.column;
        check(table);
    }
    void operator()(const AddUnique& operation) {
        Table& table = table_of(schema_, operation.table);
        refuse_same_name(table.uniques, operation.unique.name, "unique constraint");
        table.uniques.push_back(operation.unique);
        check(table);
    }
    void operator()(const DropUnique& operation) {
        Table& table = table_of(schema_, operation.table);
        const UniqueConstraint gone =
            take_constraint(table.uniques, operation.name, operation.columns, "unique constraint");
        if (const std::string user = user_of_key(schema_, table, gone.columns); !user.empty()) {
            refuse("a foreign key of the table '" + user + "' needs that unique constraint");
        }
    }
    void operator()(const AddCheck& operation) {
        Table& table = table_of(schema_, operation.table);
        refuse_same_name(table.checks, operation.check.name, "check");
        table.checks.push_back(operation.check);
        check(table);
    }
    void operator()(const DropCheck& operation) {
        Table& table = table_of(schema_, operation.table);
        const std::size_t gone = std::erase_if(table.checks, [&](const CheckConstraint& check) {
            return operation.name.empty()
                       ? normalized_sql(check.expression) == normalized_sql(operation.expression)
                       : check.name == operation.name;
        });
        if (gone == 0) {
            refuse("there is no check '" +
                   (operation.name.empty() ? operation.expression : operation.name) +
                   "' at this point");
        }
    }
    void operator()(const AddForeignKey& operation) {
        Table& table = table_of(schema_, operation.table);
        refuse_same_name(table.foreign_keys, operation.foreign_key.name, "foreign key");
        table.foreign_keys.push_back(operation.foreign_key);
        check(table);
    }
    void operator()(const DropForeignKey& operation) {
        Table& table = table_of(schema_, operation.table);
        (void)take_constraint(table.foreign_keys, operation.name, operation.columns, "foreign key");
    }
    void operator()(const CreateIndex& operation) {
        Table& table = table_of(schema_, operation.table);
        table.indexes.push_back(operation.index);
        check(table);
    }
    void operator()(const DropIndex& operation) {
        erase_named(table_of(schema_, operation.table).indexes, operation.index, "index");
    }
    void operator()(const CreateSearchIndex& operation) {
        Table& table = table_of(schema_, operation.table);
        table.search_indexes.push_back(operation.index);
        check(table);
    }
    void operator()(const DropSearchIndex& operation) {
        erase_named(table_of(schema_, operation.table).search_indexes, operation.index,
                    "search index");
    }
    void operator()(const InsertRows& operation) { (void)settled(operation, schema_); }
    void operator()(const UpdateRows& operation) { (void)settled(operation, schema_); }
    void operator()(const DeleteRows& operation) { (void)settled(operation, schema_); }
    void operator()(const Execute& operation) {
        for (const Effect& effect : operation.effect) {
            std::visit(*this, effect);
        }
    }
    void operator()(const Call& /*operation*/) {}  // changes rows, not the declared structure

private:
    static Column& column_of(Table& table, const std::string& name) {
        const auto found = std::ranges::find(table.columns, name, &Column::name);
        if (found == table.columns.end()) {
            refuse("the table '" + table.name + "' has no column '" + name + "' at this point");
        }
        return *found;
    }
    void check(const Table& table) const {
        require_sound(schema::check_table(table));
        require_sound(schema::check_schema(schema_));
    }

    Schema& schema_;
};

}  // namespace

const std::vector<Operation>& operations_of(const Revision& revision, Way way) {
    return way == Way::up ? revision.upgrade : revision.downgrade;
}

void apply(Schema& schema, const Operation& operation) { std::visit(Replayer{schema}, operation); }

void apply(Schema& schema, const Revision& revision, Way way) {
    const std::vector<Operation>& operations = operations_of(revision, way);
    for (std::size_t i = 0; i < operations.size(); ++i) {
        try {
            apply(schema, operations[i]);
        } catch (const Error& error) {
            const std::string place = place_of(revision, i, way);
            Error placed{error.code(), place + ": " + std::string{operation_name(operations[i])} +
                                           ": " + error.what()};
            placed.where(place);
            throw placed;
        }
    }
}

Operation as_operation(const Effect& effect) {
    return std::visit([](const auto& alternative) -> Operation { return alternative; }, effect);
}

std::optional<Effect> as_effect(const Operation& operation) {
    return std::visit(
        [](const auto& alternative) -> std::optional<Effect> {
            if constexpr (std::is_constructible_v<Effect, decltype(alternative)>) {
                return Effect{alternative};
            } else {
                return std::nullopt;
            }
        },
        operation);
}

std::string place_of(const Revision& revision) {
    return revision.file.empty() ? "revision " + revision.id : revision.file;
}

std::string place_of(const Revision& revision, std::size_t operation, Way way) {
    std::string place = place_of(revision);
    const std::vector<std::uint32_t>& lines =
        way == Way::up ? revision.upgrade_lines : revision.downgrade_lines;
    if (operation < lines.size()) {
        place += ":" + std::to_string(lines[operation]);
    }
    return place;
}

}  // namespace enginebay::migration
