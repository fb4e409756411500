// SPDX-License-Identifier: BSL-1.0
// Random schemas that make sense, and what a person might have made of one: for properties.
// Threads: one per generator.
#pragma once

#include <enginebay/schema.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace enginebay::testing {

class RandomSchema {
public:
    explicit RandomSchema(std::uint32_t seed) : random_{seed} {}

    /// Some tables, each with whatever a table may have; no foreign keys in a ring.
    Schema make();
    /// The same after some changes: things renamed (and said so), dropped, added, altered.
    Schema changed(const Schema& schema);

private:
    std::size_t below(std::size_t bound);
    bool chance(unsigned percent) { return below(100) < percent; }
    template <class T>
    const T& one_of(const std::vector<T>& elements) {
        return elements[below(elements.size())];
    }

    Table table(const std::string& name);
    Column column(const std::string& name);
    void choose_default(Column& column);
    void choose_key(Table& table);
    void add_constraints(Table& table);
    void add_indexes(Table& table);
    void add_foreign_keys(Schema& schema);
    void change(Table& table);
    void change(Column& column, bool in_key);
    void rename_table(Schema& schema, Table& table);
    void rename_column(Schema& schema, Table& table);
    /// Takes out what no longer fits the columns.
    static void mend(Schema& schema);
    std::string name(const std::string& prefix) { return prefix + std::to_string(++counter_); }

    std::mt19937 random_;
    unsigned counter_{0};
};

}  // namespace enginebay::testing
