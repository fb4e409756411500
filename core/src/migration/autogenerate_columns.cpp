// SPDX-License-Identifier: BSL-1.0
// Columns that come, change and go; tables that have to be made anew for it.
#include "migration/autogenerate.hpp"
#include "migration/names_in_sql.hpp"
#include "schema/check_table.hpp"
#include "schema/names.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace enginebay::migration {
namespace {

std::string type_of(const Column& column) { return std::string{schema::name_of(column.type)}; }

/// Whether the column can stay, with its values as they are or converted.
bool stays(const Table& wanted, const Column& column) {
    const Column* later = schema::find_column(wanted, column.name);
    return later != nullptr && conversion(column.type, later->type) != Conversion::none;
}

Column plain(Column column) {
    column.renamed_from.clear();
    return column;
}

std::string change_remark(const Column& now, const Column& wanted) {
    std::string remark;
    if (now.type != wanted.type && conversion(now.type, wanted.type) == Conversion::may_fail) {
        remark = "DECIDE: " + type_of(now) + " becomes " + type_of(wanted) +
                 "; a value that is none stops the upgrade. `using` gives another conversion.";
    } else if (now.type == ColumnType::integer && wanted.type == ColumnType::real) {
        remark = "DECIDE: integer becomes real, which rounds numbers beyond 9007199254740992.";
    }
    if (now.nullable && !wanted.nullable) {
        remark += (remark.empty() ? "" : "\n") + ("DECIDE: rows without a value in " + wanted.name +
                                                  " stop the upgrade; fill them here.");
    }
    return remark;
}

/// Rows that have no value get the default, which is what new rows get.
void fill_with_default(Steps& steps, const std::string& table, const Column& column) {
    const auto* value = column.fallback ? std::get_if<Value>(&*column.fallback) : nullptr;
    if (value != nullptr && !std::holds_alternative<std::monostate>(*value)) {
        steps.add(UpdateRows{table, {{column.name, *value}}, {{column.name, std::monostate{}}}});
    }
}

void alter(Steps& steps, const std::string& table, const Column& now, const Column& wanted) {
    if (same_column(now, wanted)) {
        return;
    }
    std::string remark = change_remark(now, wanted);
    if (now.nullable && !wanted.nullable && same_type(now, wanted) && wanted.fallback) {
        fill_with_default(steps, table, wanted);
        remark = std::holds_alternative<Value>(*wanted.fallback) ? "" : remark;
    }
    steps.add(AlterColumn{table, plain(wanted), {}}, std::move(remark));
}

void add(Steps& steps, const std::string& table, const Column& column) {
    if (column.nullable || column.fallback) {  // rows that are there get the default
        steps.add(AddColumn{table, plain(column)});
        return;
    }
    Column empty = plain(column);
    empty.nullable = true;
    steps.add(AddColumn{table, std::move(empty)});
    steps.add(AlterColumn{table, plain(column), {}},
              "DECIDE: rows that are there have no value in " + column.name +
                  "; fill them here, or the upgrade stops.");
}

/// A column of the old key may become what no key can be made of: it is converted when it is in no
/// key any more.
bool is_converted_later(const Table& from, const Table& wanted, const Column& column) {
    return std::ranges::find(from.primary_key, column.name) != from.primary_key.end() &&
           std::ranges::find(wanted.primary_key, column.name) == wanted.primary_key.end() &&
           !same_type(column, *schema::find_column(wanted, column.name));
}

/// The column in a table that is made anew, before the rows of `from` are copied there.
Column copied(const Table& from, const Table& wanted, const Column& column) {
    Column copy = plain(column);
    const Column* old = schema::find_column(from, column.name);
    if (old != nullptr && is_converted_later(from, wanted, *old)) {
        copy.type = old->type;
        copy.native = old->native;
        copy.fallback.reset();
    }
    if (old != nullptr && copy.type == ColumnType::identity) {
        copy.type = ColumnType::integer;  // so that the numbers that are there can be copied
    }
    return copy;
}

/// The table that the rows of `from` are copied to, with what can be there before they are.
Table copy_of(const Table& from, const Table& wanted, std::string name) {
    Table copy;
    copy.name = std::move(name);
    copy.primary_key = wanted.primary_key;
    for (const Column& column : wanted.columns) {
        copy.columns.push_back(copied(from, wanted, column));
    }
    copy.checks = wanted.checks;
    std::erase_if(copy.checks, [&](const CheckConstraint& check) {
        return std::ranges::any_of(from.columns, [&](const Column& column) {
            return is_converted_later(from, wanted, column) &&
                   mentions(check.expression, column.name);
        });
    });
    return copy;
}

std::string quoted(const std::string& name) {
    std::string text = "\"";
    for (const char c : name) {
        text += c == '"' ? "\"\"" : std::string(1, c);
    }
    return text + "\"";
}

std::string free_name(const Schema& schema, const std::string& name) {
    constexpr std::string_view ending = "_new_____";  // as many as there may be tables in the way
    std::size_t end = std::min(name.size(), schema::longest_name - ending.size());
    while (end > 0 && end < name.size() &&
           (static_cast<unsigned char>(name[end]) & 0xc0U) == 0x80U) {
        --end;  // never in the midst of a character
    }
    std::string candidate = name.substr(0, end) + "_new";
    while (schema::find_table(schema, candidate) != nullptr) {
        candidate += "_";
    }
    return candidate;
}

void copy_rows(Steps& steps, const Table& from, const std::string& into, const Table& wanted) {
    std::string columns;
    for (const Column& column : from.columns) {
        if (schema::find_column(wanted, column.name) != nullptr) {
            columns += (columns.empty() ? "" : ", ") + quoted(column.name);
        }
    }
    if (columns.empty()) {
        return;
    }
    Execute copy;
    copy.all = {"INSERT INTO " + quoted(into) + " (" + columns + ") SELECT " + columns + " FROM " +
                quoted(from.name)};
    steps.add(std::move(copy),
              "DECIDE: the rows of " + from.name +
                  " are copied; two that have the same new key, or none, stop the upgrade.");
}

}  // namespace

bool needs_new_table(const Table& table, const Table& wanted) {
    return table.primary_key != wanted.primary_key ||
           std::ranges::any_of(wanted.primary_key,
                               [&](const std::string& name) {
                                   const Column* column = schema::find_column(table, name);
                                   return column == nullptr || !stays(wanted, *column);
                               }) ||
           std::ranges::none_of(table.columns,
                                [&](const Column& column) { return stays(wanted, column); });
}

void add_column_changes(Steps& steps, const Table& wanted) {
    const Table table = *schema::find_table(steps.now(), wanted.name);
    for (const Column& column : table.columns) {
        if (schema::find_column(wanted, column.name) != nullptr && !stays(wanted, column)) {
            steps.add(DropColumn{table.name, column.name},
                      "DECIDE: the values of " + column.name + " are lost: " + type_of(column) +
                          " has no plain meaning as " +
                          type_of(*schema::find_column(wanted, column.name)) +
                          ". alter_column with `using` would convert them.");
        }
    }
    for (const Column& column : wanted.columns) {
        const Column* now =
            schema::find_column(*schema::find_table(steps.now(), table.name), column.name);
        if (now == nullptr) {
            add(steps, table.name, column);
        } else {
            alter(steps, table.name, Column{*now}, column);
        }
    }
    for (const Column& column : table.columns) {
        if (schema::find_column(wanted, column.name) == nullptr) {
            steps.add(DropColumn{table.name, column.name},
                      "DECIDE: the values of " + column.name + " are lost.");
        }
    }
}

void add_new_table(Steps& steps, const Table& wanted) {
    const Table table = *schema::find_table(steps.now(), wanted.name);
    Table from = table;
    std::erase_if(from.columns, [&](const Column& column) { return !stays(wanted, column); });
    const Table fresh = copy_of(from, wanted, free_name(steps.now(), table.name));
    for (const Column& column : from.columns) {
        // Values are converted where they are; the copy then takes them as they stand.
        const Column* later = schema::find_column(fresh, column.name);
        Column converted = column;
        converted.type = later->type;
        converted.native = later->native;
        if (!same_type(column, converted) && !is_converted_later(from, wanted, column)) {
            converted.fallback.reset();
            steps.add(AlterColumn{table.name, converted, {}}, change_remark(column, converted));
        }
    }
    steps.add(CreateTable{fresh});
    copy_rows(steps, from, fresh.name, wanted);
    steps.add(DropTable{table.name},
              from.columns.size() == table.columns.size() ? "" : "DECIDE: columns go with it.");
    steps.add(RenameTable{fresh.name, table.name});
    for (const Column& column : wanted.columns) {
        const Column now =
            *schema::find_column(*schema::find_table(steps.now(), table.name), column.name);
        alter(steps, table.name, now, column);
    }
}

}  // namespace enginebay::migration
