// SPDX-License-Identifier: BSL-1.0
// The tables that the tests of bulk transfers fill, and a struct of every plain kind of value.
#pragma once

#include "support/database_test.hpp"
#include "support/errors.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace enginebay {

struct Item {
    std::int64_t id{0};
    std::optional<std::string> name;
    std::optional<std::int64_t> small;
    std::optional<double> weight;
    std::optional<bool> good;
    std::optional<Timestamp> seen;
    std::optional<Blob> data;
    bool operator==(const Item&) const = default;
};

constexpr auto fields(const Item* /*tag*/) {
    return std::tuple{field("id", &Item::id),       field("name", &Item::name),
                      field("small", &Item::small), field("weight", &Item::weight),
                      field("good", &Item::good),   field("seen", &Item::seen),
                      field("data", &Item::data)};
}

using Pair = std::tuple<std::int64_t, std::string>;

inline Column column(std::string name, ColumnType type, bool nullable) {
    return Column{std::move(name), type, nullable, {}, {}, {}};
}

class BulkTest : public testing::DatabaseTest {
protected:
    void make_tables() override {
        Table items;
        items.name = "items";
        items.columns = {
            column("id", ColumnType::integer, false),   column("name", ColumnType::text, true),
            column("small", ColumnType::integer, true), column("weight", ColumnType::real, true),
            column("good", ColumnType::boolean, true),  column("seen", ColumnType::timestamp, true),
            column("data", ColumnType::blob, true)};
        items.primary_key = {"id"};
        create(items);
        Table checked;
        checked.name = "checked 1";
        checked.columns = {column("id", ColumnType::integer, false),
                           column("word", ColumnType::text, false)};
        checked.primary_key = {"id"};
        checked.checks = {{"short_word", "length(word) < 10"}};
        create(checked);
        Table referring;
        referring.name = "referring";
        referring.columns = {column("id", ColumnType::integer, false),
                             column("item", ColumnType::integer, false)};
        referring.primary_key = {"id"};
        referring.foreign_keys = {ForeignKey{"to_items", {"item"}, "items", {"id"}, {}, {}}};
        create(referring);
    }
    std::int64_t count(std::string_view table) {
        Session session = database().session();
        return session.query_one<std::int64_t>("SELECT count(*) FROM " +
                                               session.dialect().quote(table));
    }
};

inline std::vector<Item> samples() {
    const Timestamp time{std::chrono::microseconds{1'700'000'000'123'456}};
    return {
        Item{1, "one", 7, 1.5, true, time, Blob{std::byte{0}, std::byte{255}, std::byte{'\\'}}},
        Item{2, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt},
        Item{3, "", 0, 0.0, false, Timestamp{}, Blob{}},
        Item{std::numeric_limits<std::int64_t>::min(),
             "tab\there, line\nbreak, back\\slash, \\N, é",
             std::numeric_limits<std::int64_t>::max(), -1e300, true,
             Timestamp{std::chrono::microseconds{-1}}, Blob(100'000, std::byte{'x'})}};
}

}  // namespace enginebay
