// SPDX-License-Identifier: BSL-1.0
// Tests: names and values that would break any SQL they were put into as they are.
#include "migration_run_fixture.hpp"

#include <gmock/gmock.h>

#include <string>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string declared = R"y(tables:
  'Select "it''s" ü':
    columns:
      - {name: id, type: identity}
      - {name: 'a "b" ''c'' [d] `e`', type: text, default: "x'y\"z", nullable: false}
      - {name: order, type: text, nullable: false}
      - {name: SELECT, type: boolean, default: true}
      - {name: 'äöü 漢字', type: timestamp, default: now}
      - {name: 'a?b', type: json}
      - {name: '$1 :x @y', type: uuid}
      - {name: 'x''; --', type: text, default: "'); DROP TABLE y; --"}
    primary_key: [id]
    indexes:
      - {name: 'in"dex ''1''', columns: [order, 'a "b" ''c'' [d] `e`']}
    unique: [[order]]
    search_indexes: [{name: 'fts "x"', columns: ['a "b" ''c'' [d] `e`'], key: id}]
  from:
    columns:
      - {name: id, type: integer}
      - {name: table, type: blob}
    primary_key: [id]
    foreign_keys:
      - {columns: [id], references: {table: 'Select "it''s" ü', columns: [id]}, on_delete: cascade}
)y";

const std::string first = R"y(revision: 0001_strange
parents: []
message: "It's \"strange\""
upgrade:
  - create_table:
      name: Select "it's" ü
      columns:
        - {name: id, type: identity}
        - {name: 'a "b" ''c'' [d] `e`', type: text, nullable: false, default: x'y"z}
        - {name: order, type: integer}
        - {name: '; DROP TABLE x; --', type: boolean, default: true}
        - {name: äöü 漢字, type: timestamp, default: now}
        - {name: 'a?b', type: json}
        - {name: '$1 :x @y', type: uuid}
      primary_key: [id]
      unique: [[order]]
      checks: [{name: ch"k, expression: '"order" > 0'}]
      indexes: [{name: in"dex '1', columns: [order, 'a "b" ''c'' [d] `e`']}]
      search_indexes: [{name: fts "x", columns: ['a "b" ''c'' [d] `e`'], key: id}]
  - create_table:
      name: '%s {} ${x}'
      columns: [{name: id, type: integer}, {name: table, type: blob}]
      primary_key: [id]
      foreign_keys:
        - {columns: [id], references: {table: Select "it's" ü, columns: [id]}, on_delete: cascade}
downgrade:
  - drop_table: {table: '%s {} ${x}'}
  - drop_table: {table: Select "it's" ü}
)y";

const std::string second = R"y(revision: 0002_stranger
parents: [0001_strange]
message: m
upgrade:
  - insert_rows:
      table: Select "it's" ü
      rows:
        - {'a "b" ''c'' [d] `e`': "o'clock ? ?? $1 \\ {} %s", order: 5, 'a?b': '{"x": "?"}'}
  - drop_check: {table: Select "it's" ü, name: ch"k}
  - alter_column: {table: Select "it's" ü, column: {name: order, type: text, nullable: false}}
  - rename_column: {table: Select "it's" ü, from: '; DROP TABLE x; --', to: SELECT}
  - add_column:
      table: Select "it's" ü
      column: {name: 'x''; --', type: text, default: "'); DROP TABLE y; --"}
  - update_rows: {table: Select "it's" ü, set: {'x''; --': "a?b"}, where: {order: "5"}}
  - rename_table: {from: '%s {} ${x}', to: from}
  - add_unique: {table: from, unique: {name: 'u"q', columns: [table]}}
  - drop_unique: {table: from, name: 'u"q'}
downgrade:
  - rename_table: {from: from, to: '%s {} ${x}'}
  - drop_column: {table: Select "it's" ü, column: 'x''; --'}
  - rename_column: {table: Select "it's" ü, from: SELECT, to: '; DROP TABLE x; --'}
  - alter_column: {table: Select "it's" ü, column: {name: order, type: integer}}
  - add_check: {table: Select "it's" ü, check: {name: ch"k, expression: '"order" > 0'}}
  - delete_rows: {table: Select "it's" ü, where: {order: 5}}
)y";

class MigrationNames : public BackendTest {};

TEST_F(MigrationNames, of_any_kind_go_there_and_back) {
    MigrationFolder folder;
    folder.schema(declared).file("0001_strange.yaml", first).file("0002_stranger.yaml", second);
    const TestDatabase database = create_database();
    Target target{database, folder.load()};
    EXPECT_THAT(target.migrations.set().disagreements(), IsEmpty());
    for (int round = 0; round < 2; ++round) {
        EXPECT_THAT(target.upgrade().applied, ElementsAre("0001_strange", "0002_stranger"));
        EXPECT_TRUE(target.migrations.check().equal);
        EXPECT_EQ(target.count(R"("Select ""it's"" ü" WHERE "a ""b"" 'c' [d] `e`" = )"
                               R"('o''clock ? ?? $1 \ {} %s' AND "x'; --" = 'a?b')"),
                  1);
        UpgradeOptions options;
        options.target = "base";
        (void)target.migrations.downgrade(options);
        EXPECT_THAT(target.migrations.status().current, IsEmpty());
    }
}

}  // namespace
}  // namespace enginebay::testing
