// SPDX-License-Identifier: BSL-1.0
// Tests: what autogenerate writes makes of one real database another, and back.
#include "migration_run_fixture.hpp"
#include "random_schema.hpp"

#include <enginebay/authoring.hpp>

#include <gmock/gmock.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

Revision revision(const std::string& id, const std::string& parent,
                  const std::vector<DraftStep>& steps) {
    Revision result;
    result.id = id;
    result.message = id;
    if (!parent.empty()) {
        result.parents = {parent};
    }
    for (const DraftStep& step : steps) {
        result.upgrade.push_back(step.operation);
    }
    return result;
}

std::string told(const std::vector<DraftStep>& steps) {
    Draft draft;
    draft.id = "x";
    draft.message = "m";
    draft.upgrade = steps;
    return to_yaml(draft);
}

std::string told(const std::vector<Difference>& differences) {
    std::string text;
    for (const Difference& difference : differences) {
        text += difference.kind + " " + difference.table + "." + difference.name + ": declared " +
                difference.declared + ", live " + difference.live + "\n";
    }
    return text;
}

class AutogenerateRun : public BackendTest {
protected:
    /// Upgrades, then compares what is there with what is declared.
    void reach(const TestDatabase& database, const std::vector<Revision>& revisions,
               const Schema& declared, const std::vector<DraftStep>& steps) {
        try {
            Target target{database, MigrationSet::make(revisions, declared)};
            (void)target.upgrade();
            const CheckReport check = target.migrations.check();
            ASSERT_TRUE(check.equal) << told(check.differences) << told(steps);
        } catch (const Error& error) {
            FAIL() << error.what() << "\n" << told(steps);
        }
    }
    /// There by what autogenerate writes, and back by what it writes for the way back.
    void go_there_and_back(const Schema& from, const Schema& to) {
        const std::vector<Revision> start{revision("0001", "", changes({}, from))};
        const MigrationSet set = MigrationSet::make(start, to);
        const Draft draft = autogenerate(set, "there");
        std::vector<Revision> there = start;
        there.push_back(revision("0002", "0001", draft.upgrade));
        std::vector<Revision> back = there;
        back.push_back(revision("0003", "0002", draft.downgrade));

        const TestDatabase database = create_database();
        reach(database, start, from, changes({}, from));
        reach(database, there, to, draft.upgrade);
        reach(database, back, from, draft.downgrade);
    }
};

/// Several of them, so that a build can run them side by side.
class AutogenerateRunPart : public AutogenerateRun,
                            public ::testing::WithParamInterface<unsigned> {};

constexpr unsigned parts = 8;

TEST_P(AutogenerateRunPart, leads_from_any_schema_to_any_other_and_back) {
    const char* wanted = std::getenv("ENGINEBAY_TEST_ROUNDS");
    const unsigned rounds =
        wanted != nullptr ? static_cast<unsigned>(std::strtoul(wanted, nullptr, 10)) : 200;
    for (unsigned seed = 1 + GetParam(); seed <= rounds; seed += parts) {
        RandomSchema random{seed};
        const Schema from = random.make();
        const Schema to = seed % 4 == 0 ? random.make() : random.changed(from);
        SCOPED_TRACE("seed " + std::to_string(seed));
        go_there_and_back(from, to);
    }
}

INSTANTIATE_TEST_SUITE_P(All, AutogenerateRunPart, ::testing::Range(0U, parts));

TEST_F(AutogenerateRun, what_was_a_key_may_become_what_can_be_none) {
    Table from;
    from.name = "things";
    from.columns = {{"code", ColumnType::text, false, {}, {}, {}},
                    {"name", ColumnType::text, true, {}, {}, {}}};
    from.primary_key = {"code"};
    from.checks = {{"named", "code <> 'none'"}};
    Table to = from;
    to.columns[0].type = ColumnType::json;
    to.columns[0].nullable = true;
    to.columns.push_back({"id", ColumnType::identity, false, {}, {}, {}});
    to.primary_key = {"id"};
    to.checks.clear();
    Schema before;
    before.tables = {from};
    Schema after;
    after.tables = {to};
    go_there_and_back(before, after);
}

TEST_F(AutogenerateRun, numbers_given_out_may_become_texts) {
    Table from;
    from.name = "things";
    from.columns = {{"id", ColumnType::identity, false, {}, {}, {}},
                    {"name", ColumnType::text, true, {}, {}, {}}};
    from.primary_key = {"id"};
    Table to = from;
    to.columns[0].type = ColumnType::text;
    Schema before;
    before.tables = {from};
    Schema after;
    after.tables = {to};
    go_there_and_back(before, after);
}

/// A table with an identity column and those columns.
Table table_of(const std::string& name, std::vector<Column> columns) {
    Table table;
    table.name = name;
    table.columns = std::move(columns);
    table.columns.push_back({"id", ColumnType::identity, false, {}, {}, {}});
    table.primary_key = {"id"};
    return table;
}

TEST_F(AutogenerateRun, foreign_keys_may_go_round_in_a_ring) {
    const auto in_ring = [](const std::string& name, const std::string& to) {
        Table table = table_of(name, {{"other", ColumnType::integer, true, {}, {}, {}}});
        table.foreign_keys = {{"", {"other"}, to, {"id"}, ReferentialAction::cascade, {}}};
        return table;
    };
    Schema before;
    before.tables = {in_ring("alone", "alone")};
    Schema after;
    after.tables = {in_ring("a", "b"), in_ring("b", "c"), in_ring("c", "a"),
                    in_ring("alone", "alone")};
    go_there_and_back(before, after);
}

TEST_F(AutogenerateRun, names_that_move_on_take_their_values_with_them) {
    Schema before;
    before.tables = {table_of("t", {{"a", ColumnType::text, true, {}, {}, {}},
                                    {"b", ColumnType::text, true, {}, {}, {}}}),
                     table_of("u", {})};
    Schema after;
    after.tables = {table_of("u", {{"b", ColumnType::text, true, {}, {}, "a"},
                                   {"c", ColumnType::text, true, {}, {}, "b"}}),
                    table_of("v", {})};
    after.tables[0].renamed_from = "t";
    after.tables[1].renamed_from = "u";
    const std::vector<Revision> start{revision("0001", "", changes({}, before))};
    const Draft draft = autogenerate(MigrationSet::make(start, after), "there");
    std::vector<Revision> there = start;
    there.push_back(revision("0002", "0001", draft.upgrade));
    std::vector<Revision> back = there;
    back.push_back(revision("0003", "0002", draft.downgrade));

    const TestDatabase database = create_database();
    reach(database, start, before, draft.upgrade);
    Target target{database, MigrationSet::make(back, before)};
    target.run("INSERT INTO t (a, b) VALUES ('of a', 'of b')");
    reach(database, there, after, draft.upgrade);
    EXPECT_EQ(target.count("u WHERE b = 'of a' AND c = 'of b'"), 1);
    EXPECT_EQ(target.count("v"), 0);
    reach(database, back, before, draft.downgrade);
    EXPECT_EQ(target.count("t WHERE a = 'of a' AND b = 'of b'"), 1);
}

TEST_F(AutogenerateRun, rows_that_are_there_get_the_moment_as_their_default) {
    Schema before;
    before.tables = {table_of("t", {})};
    Schema after;
    after.tables = {
        table_of("t", {{"at", ColumnType::timestamp, false, CurrentTimestamp{}, {}, {}}})};
    const std::vector<Revision> start{revision("0001", "", changes({}, before))};
    const Draft draft = autogenerate(MigrationSet::make(start, after), "there");
    ASSERT_EQ(draft.upgrade.size(), 1U) << told(draft.upgrade);
    EXPECT_EQ(draft.upgrade[0].remark, "");
    std::vector<Revision> there = start;
    there.push_back(revision("0002", "0001", draft.upgrade));

    const TestDatabase database = create_database();
    reach(database, start, before, draft.upgrade);
    Target target{database, MigrationSet::make(there, after)};
    target.run("INSERT INTO t (id) VALUES (7)");
    reach(database, there, after, draft.upgrade);
    EXPECT_EQ(target.count("t WHERE at IS NOT NULL"), 1);
}

}  // namespace
}  // namespace enginebay::testing
