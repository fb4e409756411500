// SPDX-License-Identifier: BSL-1.0
// Constraints and indexes: dropped before the columns under them change, made when those are there.
#include "migration/autogenerate.hpp"
#include "migration/names_in_sql.hpp"
#include "schema/check_table.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace enginebay::migration {
namespace {

using Names = std::vector<std::string>;

/// What a part is told apart by when it is dropped; those that share it go and come together.
std::string joined(const Names& names) {
    std::string text;
    for (const std::string& name : names) {
        text += std::to_string(name.size()) + ":" + name;
    }
    return text;
}
std::string handle(const UniqueConstraint& part) {
    return part.name.empty() ? "columns " + joined(part.columns) : "name " + part.name;
}
std::string handle(const ForeignKey& part) {
    return part.name.empty() ? "columns " + joined(part.columns) : "name " + part.name;
}
std::string handle(const CheckConstraint& part) {
    return part.name.empty() ? "says " + part.expression : "name " + part.name;
}
std::string handle(const Index& part) { return part.name; }
std::string handle(const SearchIndex& part) { return part.name; }

template <class T>
bool contains(const std::vector<T>& parts, const T& part) {
    return std::ranges::any_of(parts, [&](const T& other) { return same(other, part); });
}

bool overlaps(const Names& names, const std::set<std::string>& changed) {
    return std::ranges::any_of(names,
                               [&](const std::string& name) { return changed.contains(name); });
}

/// A condition is bound to the types it was written for.
bool depends(const std::string& sql, const std::set<std::string>& changed) {
    return std::ranges::any_of(changed,
                               [&](const std::string& name) { return mentions(sql, name); });
}
bool depends(const CheckConstraint& part, const std::set<std::string>& changed) {
    return depends(part.expression, changed);
}
bool depends(const SearchIndex& part, const std::set<std::string>& changed) {
    return overlaps(part.columns, changed) || changed.contains(part.key);
}
bool depends(const UniqueConstraint& part, const std::set<std::string>& changed) {
    return overlaps(part.columns, changed);
}
bool depends(const Index& part, const std::set<std::string>& changed) {
    return depends(part.where, changed) ||
           std::ranges::any_of(part.columns, [&](const IndexColumn& column) {
               return changed.contains(column.name) || depends(column.expression, changed);
           });
}

Operation dropped(const std::string& table, const UniqueConstraint& part) {
    return DropUnique{table, part.name, part.name.empty() ? part.columns : Names{}};
}
Operation dropped(const std::string& table, const CheckConstraint& part) {
    return DropCheck{table, part.name, part.name.empty() ? part.expression : ""};
}
Operation dropped(const std::string& table, const ForeignKey& part) {
    return DropForeignKey{table, part.name, part.name.empty() ? part.columns : Names{}};
}
Operation dropped(const std::string& table, const Index& part) {
    return DropIndex{table, part.name};
}
Operation dropped(const std::string& table, const SearchIndex& part) {
    return DropSearchIndex{table, part.name};
}

/// How a table is going to change.
struct Change {
    std::set<std::string> columns;  ///< whose values are kept in another form, or go
    bool anew{false};
};

Change change_of(const Table& now, const Table& wanted) {
    Change change;
    change.anew = needs_new_table(now, wanted);
    for (const Column& column : now.columns) {
        const Column* later = schema::find_column(wanted, column.name);
        if (later == nullptr || !same_type(column, *later)) {
            change.columns.insert(column.name);
        }
    }
    return change;
}

/// Drops the parts that `must_go` says, and all that share a handle with them.
template <class T, class Predicate>
void drop_parts(Steps& steps, const std::string& table, const std::vector<T>& parts,
                Predicate must_go) {
    std::set<std::string> handles;
    for (const T& part : parts) {
        if (must_go(part)) {
            handles.insert(handle(part));
        }
    }
    for (const T& part : parts) {
        if (handles.contains(handle(part))) {
            steps.add(dropped(table, part));
        }
    }
}

template <class T>
void drop_unwanted(Steps& steps, const std::string& table, const std::vector<T>& now,
                   const std::vector<T>& wanted, const Change& change) {
    drop_parts(steps, table, now, [&](const T& part) {
        return !contains(wanted, part) || depends(part, change.columns);
    });
}

Names sorted(Names names) {
    std::ranges::sort(names);
    return names;
}

/// Whether what the key refers to is touched: the rows' form, the table, or what makes them unique.
bool loses_ground(const ForeignKey& key, const Table& now, const Table& wanted) {
    const Change change = change_of(now, wanted);
    if (change.anew || overlaps(key.referenced, change.columns)) {
        return true;
    }
    const Names referenced = sorted(key.referenced);
    const bool unique_goes = std::ranges::any_of(now.uniques, [&](const UniqueConstraint& unique) {
        return sorted(unique.columns) == referenced &&
               (!contains(wanted.uniques, unique) || depends(unique, change.columns));
    });
    return unique_goes || std::ranges::any_of(now.indexes, [&](const Index& index) {
               Names columns;
               for (const IndexColumn& column : index.columns) {
                   columns.push_back(column.name);
               }
               return index.unique && sorted(columns) == referenced &&
                      (!contains(wanted.indexes, index) || depends(index, change.columns));
           });
}

void drop_foreign_keys(Steps& steps, const Schema& before, const Schema& to, const Table& table) {
    const Table* wanted = schema::find_table(to, table.name);
    drop_parts(steps, table.name, table.foreign_keys, [&](const ForeignKey& key) {
        const Table* target = schema::find_table(to, key.table);
        if (wanted == nullptr || target == nullptr) {
            return wanted != nullptr;  // a table that goes takes its keys along
        }
        return !contains(wanted->foreign_keys, key) ||
               overlaps(key.columns, change_of(table, *wanted).columns) ||
               loses_ground(key, *schema::find_table(before, key.table), *target);
    });
}

template <class T, class Make>
void add_parts(const std::vector<T>& now, const std::vector<T>& wanted, Make make) {
    std::vector<T> there = now;
    for (const T& part : wanted) {
        const auto found =
            std::ranges::find_if(there, [&](const T& other) { return same(other, part); });
        if (found == there.end()) {
            make(part);
        } else {
            there.erase(found);
        }
    }
}

}  // namespace

void add_drops(Steps& steps, const Schema& to) {
    const Schema before = steps.now();
    for (const Table& table : before.tables) {
        drop_foreign_keys(steps, before, to, table);
    }
    for (const Table& table : before.tables) {
        const Table* wanted = schema::find_table(to, table.name);
        if (wanted == nullptr) {
            continue;  // they go with the table
        }
        const Change change = change_of(table, *wanted);
        if (change.anew) {
            // Their names are needed again before the table goes.
            drop_parts(steps, table.name, table.search_indexes, [](const auto&) { return true; });
            drop_parts(steps, table.name, table.indexes, [](const auto&) { return true; });
            drop_parts(steps, table.name, table.checks, [&](const CheckConstraint& check) {
                return depends(check, change.columns);
            });
            drop_parts(steps, table.name, table.uniques, [&](const UniqueConstraint& unique) {
                return !unique.name.empty() || depends(unique, change.columns);
            });
            continue;
        }
        drop_unwanted(steps, table.name, table.search_indexes, wanted->search_indexes, change);
        drop_unwanted(steps, table.name, table.indexes, wanted->indexes, change);
        drop_unwanted(steps, table.name, table.checks, wanted->checks, change);
        drop_unwanted(steps, table.name, table.uniques, wanted->uniques, change);
    }
}

void add_missing(Steps& steps, const Schema& to) {
    for (const Table& wanted : to.tables) {
        const Table now = *schema::find_table(steps.now(), wanted.name);
        const std::string& name = wanted.name;
        add_parts(now.uniques, wanted.uniques,
                  [&](const UniqueConstraint& part) { steps.add(AddUnique{name, part}); });
        add_parts(now.checks, wanted.checks,
                  [&](const CheckConstraint& part) { steps.add(AddCheck{name, part}); });
        add_parts(now.indexes, wanted.indexes,
                  [&](const Index& part) { steps.add(CreateIndex{name, part}); });
        add_parts(now.search_indexes, wanted.search_indexes,
                  [&](const SearchIndex& part) { steps.add(CreateSearchIndex{name, part}); });
    }
    for (const Table& wanted : to.tables) {
        const Table now = *schema::find_table(steps.now(), wanted.name);
        add_parts(now.foreign_keys, wanted.foreign_keys,
                  [&](const ForeignKey& part) { steps.add(AddForeignKey{wanted.name, part}); });
    }
}

}  // namespace enginebay::migration
