// SPDX-License-Identifier: BSL-1.0
// Replays operations on a schema value.
#include "migration/replay.hpp"

#include "migration/read_operation.hpp"
#include "schema/check_table.hpp"

#include <enginebay/error.hpp>

#include <algorithm>

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
    void operator()(const Execute& /*operation*/) {}  // changes rows, not the declared structure

private:
    void check(const Table& table) const {
        require_sound(schema::check_table(table));
        require_sound(schema::check_schema(schema_));
    }

    Schema& schema_;
};

}  // namespace

void apply(Schema& schema, const Operation& operation) { std::visit(Replayer{schema}, operation); }

void apply(Schema& schema, const Revision& revision) {
    for (std::size_t i = 0; i < revision.upgrade.size(); ++i) {
        try {
            apply(schema, revision.upgrade[i]);
        } catch (const Error& error) {
            const std::string place = place_of(revision, i);
            Error placed{error.code(), place + ": " +
                                           std::string{operation_name(revision.upgrade[i])} + ": " +
                                           error.what()};
            placed.where(place);
            throw placed;
        }
    }
}

std::string place_of(const Revision& revision, std::size_t operation) {
    std::string place = revision.file.empty() ? "revision " + revision.id : revision.file;
    if (operation < revision.upgrade_lines.size()) {
        place += ":" + std::to_string(revision.upgrade_lines[operation]);
    }
    return place;
}

}  // namespace enginebay::migration
