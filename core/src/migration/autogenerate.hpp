// SPDX-License-Identifier: BSL-1.0
// The parts of enginebay::changes().
// Threads: pure.
#pragma once

#include <enginebay/authoring.hpp>
#include <enginebay/schema.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enginebay::migration {

/// Operations as they come up, each carried out on the schema at once: what follows sees it.
class Steps {
public:
    explicit Steps(Schema schema) : schema_{std::move(schema)} {}

    void add(Operation operation, std::string remark = {});
    /// The schema once all steps so far have run.
    [[nodiscard]] const Schema& now() const noexcept { return schema_; }
    [[nodiscard]] std::vector<DraftStep> take() { return std::move(steps_); }

private:
    Schema schema_;
    std::vector<DraftStep> steps_;
};

/// Renames tables and columns as `to` tells with renamed_from.
void add_renames(Steps& steps, const Schema& to);

/// `from` with the renames on the way to `to` told the other way about.
Schema renamed_back(Schema from, const Schema& to);

/// Whether a value of the one type has a plain meaning in the other.
enum class Conversion : unsigned char { exact, may_fail, none };
Conversion conversion(ColumnType from, ColumnType to);

/// The same but for what a database does not see: earlier names.
bool same_column(const Column& left, const Column& right);
/// Whether values are kept in another form: the type, or what a backend calls it, differs.
bool same_type(const Column& left, const Column& right);

bool same(const UniqueConstraint& left, const UniqueConstraint& right);
bool same(const CheckConstraint& left, const CheckConstraint& right);
bool same(const ForeignKey& left, const ForeignKey& right);
bool same(const Index& left, const Index& right);
bool same(const SearchIndex& left, const SearchIndex& right);

/// Whether `table` has to be made anew on its way to `wanted`: another primary key, or nothing
/// that could stay.
bool needs_new_table(const Table& table, const Table& wanted);

/// Columns: those that come, change and go, in tables that stay.
void add_column_changes(Steps& steps, const Table& wanted);
/// A new table under the old name, with the rows that can be kept.
void add_new_table(Steps& steps, const Table& wanted);

/// Keys and indexes that go, or that stand in the way of what comes next.
void add_drops(Steps& steps, const Schema& to);
/// Keys and indexes that are missing, foreign keys last.
void add_missing(Steps& steps, const Schema& to);

}  // namespace enginebay::migration
