// SPDX-License-Identifier: BSL-1.0
// Compares two declared schemas as values.
#include "migration/replay.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>

namespace enginebay::migration {
namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += text.empty() ? name : "," + name;
    }
    return text;
}

/// What identifies a part within its table; unnamed constraints are known by what they say.
std::string key_of(const Column& column) { return column.name; }
std::string key_of(const Index& index) { return index.name; }
std::string key_of(const SearchIndex& index) { return index.name; }
std::string key_of(const UniqueConstraint& unique) { return joined(unique.columns); }
std::string key_of(const CheckConstraint& check) { return check.expression; }
std::string key_of(const ForeignKey& key) { return joined(key.columns); }

class Differences {
public:
    template <class T>
    void parts(const std::string& table, std::string_view what, const std::vector<T>& declared,
               const std::vector<T>& replayed) {
        std::map<std::string, const T*> left;
        for (const T& part : declared) {
            left.emplace(key_of(part), &part);
        }
        for (const T& part : replayed) {
            const auto found = left.find(key_of(part));
            if (found == left.end()) {
                add(table, what, key_of(part), "is not declared");
                continue;
            }
            if (!same(*found->second, part)) {
                add(table, what, key_of(part), "is declared otherwise");
            }
            left.erase(found);
        }
        for (const auto& [name, part] : left) {
            add(table, what, name, "is declared, but no revision makes it");
        }
    }

    void tables(const Table& declared, const Table& replayed) {
        const std::string& name = declared.name;
        parts(name, "column", declared.columns, replayed.columns);
        parts(name, "unique constraint", declared.uniques, replayed.uniques);
        parts(name, "check", declared.checks, replayed.checks);
        parts(name, "foreign key", declared.foreign_keys, replayed.foreign_keys);
        parts(name, "index", declared.indexes, replayed.indexes);
        parts(name, "search index", declared.search_indexes, replayed.search_indexes);
        if (declared.primary_key != replayed.primary_key) {
            add(name, "primary key", joined(declared.primary_key), "is declared otherwise");
        }
    }

    void add(const std::string& table, std::string_view what, const std::string& name,
             std::string_view fault) {
        found_.push_back(table + ": " + std::string{what} + " '" + name + "' " +
                         std::string{fault});
    }

    std::vector<std::string> take() { return std::move(found_); }

private:
    template <class T>
    static bool same(const T& left, const T& right) {
        return left == right;
    }
    /// An earlier name is a hint for the way there, not a property.
    static bool same(Column left, Column right) {
        left.renamed_from.clear();
        right.renamed_from.clear();
        return left == right;
    }

    std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> schema_differences(const Schema& declared, const Schema& replayed) {
    Differences differences;
    std::map<std::string, const Table*> left;
    for (const Table& table : declared.tables) {
        left.emplace(table.name, &table);
    }
    for (const Table& table : replayed.tables) {
        const auto found = left.find(table.name);
        if (found == left.end()) {
            differences.add(table.name, "table", table.name, "is not declared");
            continue;
        }
        differences.tables(*found->second, table);
        left.erase(found);
    }
    for (const auto& [name, table] : left) {
        differences.add(name, "table", name, "is declared, but no revision makes it");
    }
    return differences.take();
}

}  // namespace enginebay::migration
