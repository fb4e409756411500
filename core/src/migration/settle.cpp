// SPDX-License-Identifier: BSL-1.0
// Settles values by the columns of the schema at that point.
#include "migration/settle.hpp"

#include "schema/check_table.hpp"
#include "schema/names.hpp"

#include <enginebay/error.hpp>
#include <enginebay/timestamp.hpp>

#include <optional>
#include <string>

namespace enginebay::migration {
namespace {

std::string word_for(const Value& value) {
    constexpr std::array<std::string_view, std::variant_size_v<Value>> words{
        "null", "true or false", "a whole number", "a number", "a text", "bytes", "an instant"};
    return std::string{words.at(value.index())};
}

/// None where the value is none of that type.
std::optional<Value> as_type(const Value& value, ColumnType type) {
    switch (type) {
        case ColumnType::text:
        case ColumnType::json:
        case ColumnType::uuid:
            return std::holds_alternative<std::string>(value) ? std::optional{value} : std::nullopt;
        case ColumnType::integer:
        case ColumnType::identity:
            return std::holds_alternative<std::int64_t>(value) ? std::optional{value}
                                                               : std::nullopt;
        case ColumnType::real:
            if (const auto* number = std::get_if<std::int64_t>(&value)) {
                return Value{static_cast<double>(*number)};
            }
            return std::holds_alternative<double>(value) ? std::optional{value} : std::nullopt;
        case ColumnType::boolean:
            return std::holds_alternative<bool>(value) ? std::optional{value} : std::nullopt;
        case ColumnType::blob:
            return std::holds_alternative<Blob>(value) ? std::optional{value} : std::nullopt;
        case ColumnType::timestamp:
            if (const auto* text = std::get_if<std::string>(&value)) {
                const std::optional<Timestamp> instant = parse_timestamp(*text);
                return instant ? std::optional<Value>{*instant} : std::nullopt;
            }
            return std::holds_alternative<Timestamp>(value) ? std::optional{value} : std::nullopt;
    }
    return std::nullopt;
}

RowValues settled_values(RowValues values, const Table& table, bool stored) {
    for (auto& [name, value] : values) {
        const Column* column = schema::find_column(table, name);
        if (column == nullptr) {
            throw Error{Errc::input, "the table '" + table.name + "' has no column '" + name +
                                         "' at this point"};
        }
        if (std::holds_alternative<std::monostate>(value)) {
            if (stored && !column->nullable) {
                throw Error{Errc::input, "the column '" + name + "' cannot be null"};
            }
            continue;
        }
        std::optional<Value> fitting = as_type(value, column->type);
        if (!fitting) {
            throw Error{Errc::input,
                        "the column '" + name + "' of type " +
                            std::string{schema::name_of(column->type)} + " does not take " +
                            word_for(value) +
                            (column->type == ColumnType::text ? "; quote a text" : "")};
        }
        value = *std::move(fitting);
    }
    return values;
}

const Table& table_of(const Schema& schema, const std::string& name) {
    const Table* table = schema::find_table(schema, name);
    if (table == nullptr) {
        throw Error{Errc::input, "there is no table '" + name + "' at this point"};
    }
    return *table;
}

struct Settler {
    const Schema& schema;

    Operation operator()(const InsertRows& operation) const {
        const Table& table = table_of(schema, operation.table);
        InsertRows result{operation.table, {}};
        for (std::size_t i = 0; i < operation.rows.size(); ++i) {
            try {
                result.rows.push_back(settled_values(operation.rows[i], table, true));
            } catch (const Error& error) {
                throw Error{error.code(), "row " + std::to_string(i + 1) + ": " + error.what()};
            }
        }
        return result;
    }
    Operation operator()(const UpdateRows& operation) const {
        const Table& table = table_of(schema, operation.table);
        return UpdateRows{operation.table, settled_values(operation.set, table, true),
                          settled_values(operation.where, table, false)};
    }
    Operation operator()(const DeleteRows& operation) const {
        const Table& table = table_of(schema, operation.table);
        return DeleteRows{operation.table, settled_values(operation.where, table, false)};
    }
    template <class Other>
    Operation operator()(const Other& operation) const {
        return operation;
    }
};

}  // namespace

Operation settled(const Operation& operation, const Schema& schema) {
    return std::visit(Settler{schema}, operation);
}

}  // namespace enginebay::migration
