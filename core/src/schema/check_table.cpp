// SPDX-License-Identifier: BSL-1.0
// Faults of a table that no backend should be the first to notice.
#include "schema/check_table.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <vector>

namespace enginebay::schema {
namespace {

std::string quoted(std::string_view name) { return "'" + std::string{name} + "'"; }

/// A fault when one of `names` is no column of the table.
std::string check_columns(const Table& table, std::span<const std::string> names,
                          const std::string& what) {
    std::set<std::string_view> seen;
    for (const std::string& name : names) {
        if (find_column(table, name) == nullptr) {
            return what + " names the column " + quoted(name) + ", which the table " +
                   quoted(table.name) + " does not have";
        }
        if (!seen.insert(name).second) {
            return what + " names the column " + quoted(name) + " twice";
        }
    }
    return {};
}

std::string check_identity(const Table& table) {
    for (const Column& column : table.columns) {
        if (column.type != ColumnType::identity) {
            continue;
        }
        if (table.primary_key != std::vector<std::string>{column.name}) {
            return "the identity column " + quoted(column.name) + " of the table " +
                   quoted(table.name) + " must be its primary key, alone";
        }
        if (column.nullable) {
            return "the identity column " + quoted(column.name) + " cannot be nullable";
        }
    }
    return {};
}

std::string check_indexes(const Table& table) {
    for (const Index& index : table.indexes) {
        std::vector<std::string> names;
        for (const IndexColumn& column : index.columns) {
            if (!column.name.empty()) {
                names.push_back(column.name);
            }
        }
        if (std::string fault = check_columns(table, names, "the index " + quoted(index.name));
            !fault.empty()) {
            return fault;
        }
    }
    for (const SearchIndex& index : table.search_indexes) {
        std::vector<std::string> names = index.columns;
        names.push_back(index.key);
        const std::string what = "the search index " + quoted(index.name);
        if (std::string fault = check_columns(table, names, what); !fault.empty()) {
            return fault;
        }
        for (const std::string& name : index.columns) {
            if (find_column(table, name)->type != ColumnType::text) {
                return what + " needs text; " + quoted(name) + " is none";
            }
        }
        if (find_column(table, index.key)->type != ColumnType::identity) {
            return what + " needs an identity column as its key; " + quoted(index.key) + " is none";
        }
    }
    return {};
}

/// Backends make one index of constraints that say the same, and no catalogue tells of the other.
std::string check_repeated(const Table& table, const UniqueConstraint& unique) {
    const std::string what = "a unique constraint of the table " + quoted(table.name);
    if (unique.columns == table.primary_key) {
        return what + " says what its primary key says already";
    }
    const auto same = [&](const UniqueConstraint& other) {
        return other.columns == unique.columns;
    };
    return std::ranges::count_if(table.uniques, same) > 1 ? what + " stands there twice" : "";
}

std::string check_constraints(const Table& table) {
    if (std::string fault = check_columns(table, table.primary_key, "the primary key");
        !fault.empty()) {
        return fault;
    }
    for (const UniqueConstraint& unique : table.uniques) {
        if (std::string fault = check_columns(table, unique.columns, "a unique constraint");
            !fault.empty()) {
            return fault;
        }
        if (std::string fault = check_repeated(table, unique); !fault.empty()) {
            return fault;
        }
    }
    for (const ForeignKey& key : table.foreign_keys) {
        if (std::string fault = check_columns(table, key.columns, "a foreign key");
            !fault.empty()) {
            return fault;
        }
    }
    return {};
}

constexpr std::string_view own_prefix = "enginebay_";

/// As some backends compare names.
std::string folded(std::string_view name) {
    std::string text{name};
    for (char& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

std::string check_columns_names(const Table& table) {
    if (table.columns.empty()) {
        return "the table " + quoted(table.name) + " has no columns";
    }
    std::map<std::string, std::string_view> columns;
    for (const Column& column : table.columns) {
        const auto [same, is_new] = columns.emplace(folded(column.name), column.name);
        if (!is_new) {
            return "the table " + quoted(table.name) + " has the column " + quoted(column.name) +
                   (same->second == column.name
                        ? " twice"
                        : ", which some backends take for " + quoted(same->second));
        }
        if (std::string fault = check_name(column.name); !fault.empty()) {
            return fault;
        }
    }
    return {};
}

template <class T>
std::string check_names_of(const std::vector<T>& things) {
    for (const T& thing : things) {
        if (std::string fault = check_name(thing.name); !fault.empty()) {
            return fault;
        }
    }
    return {};
}

std::string check_names(const Table& table) {
    for (std::string fault :
         {check_columns_names(table), check_names_of(table.uniques), check_names_of(table.checks),
          check_names_of(table.foreign_keys), check_names_of(table.search_indexes)}) {
        if (!fault.empty()) {
            return fault;
        }
    }
    return {};
}

/// Names of tables and indexes, which share one space.
class Names {
public:
    /// The fault, where it has one.
    std::string add(std::string_view name) {
        if (std::string fault = check_name(name); !fault.empty()) {
            return fault;
        }
        const auto [same, is_new] = names_.emplace(folded(name), name);
        if (is_new) {
            return {};
        }
        return same->second == name
                   ? "the name " + quoted(name) + " is given twice"
                   : "some backends take the name " + quoted(name) + " for " + quoted(same->second);
    }
    std::string add_all(const Table& table) {
        if (folded(table.name).starts_with(own_prefix)) {
            return "the table " + quoted(table.name) + ": names that begin with " +
                   quoted(own_prefix) + " are kept for the history and what belongs to it";
        }
        std::string fault = add(table.name);
        for (const Index& index : table.indexes) {
            fault = fault.empty() ? add(index.name) : fault;
        }
        for (const SearchIndex& index : table.search_indexes) {
            fault = fault.empty() ? add(index.name) : fault;
        }
        return fault;
    }

private:
    std::map<std::string, std::string_view> names_;
};

}  // namespace

const Table* find_table(const Schema& schema, std::string_view name) {
    const auto found = std::ranges::find(schema.tables, name, &Table::name);
    return found == schema.tables.end() ? nullptr : &*found;
}

Table* find_table(Schema& schema, std::string_view name) {
    const auto found = std::ranges::find(schema.tables, name, &Table::name);
    return found == schema.tables.end() ? nullptr : &*found;
}

const Column* find_column(const Table& table, std::string_view name) {
    const auto found = std::ranges::find(table.columns, name, &Column::name);
    return found == table.columns.end() ? nullptr : &*found;
}

std::string check_name(std::string_view name) {
    if (name.size() <= longest_name) {
        return {};
    }
    return "the name " + quoted(name) + " has " + std::to_string(name.size()) +
           " bytes, and backends may cut it after " + std::to_string(longest_name);
}

std::string check_table(const Table& table) {
    for (auto* check : {check_names, check_constraints, check_identity, check_indexes}) {
        if (std::string fault = check(table); !fault.empty()) {
            return fault;
        }
    }
    return {};
}

std::string check_schema(const Schema& schema) {
    Names names;
    for (const Table& table : schema.tables) {
        if (std::string fault = names.add_all(table); !fault.empty()) {
            return fault;
        }
    }
    for (const Table& table : schema.tables) {
        for (const ForeignKey& key : table.foreign_keys) {
            const Table* target = find_table(schema, key.table);
            if (target == nullptr) {
                return "a foreign key of the table " + quoted(table.name) +
                       " refers to the table " + quoted(key.table) + ", which does not exist";
            }
            if (std::string fault = check_columns(*target, key.referenced,
                                                  "a foreign key of " + quoted(table.name));
                !fault.empty()) {
                return fault;
            }
        }
    }
    return {};
}

}  // namespace enginebay::schema
