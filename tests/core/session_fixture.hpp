// SPDX-License-Identifier: BSL-1.0
// A table of people and a struct for its rows, for the tests of sessions.
#pragma once

#include "support/database_test.hpp"
#include "support/errors.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <tuple>

namespace enginebay {

struct Person {
    std::int64_t id{0};
    std::string name;
    std::optional<std::int32_t> age;
    std::optional<Timestamp> seen;
    bool operator==(const Person&) const = default;
};

constexpr auto fields(const Person* /*tag*/) {
    return std::tuple{field("id", &Person::id), field("name", &Person::name),
                      field("age", &Person::age), field("seen", &Person::seen)};
}

inline Table people() {
    Table table;
    table.name = "people";
    table.columns = {Column{"id", ColumnType::integer, false, {}, {}, {}},
                     Column{"name", ColumnType::text, false, {}, {}, {}},
                     Column{"age", ColumnType::integer, true, {}, {}, {}},
                     Column{"seen", ColumnType::timestamp, true, {}, {}, {}}};
    table.primary_key = {"id"};
    return table;
}

class SessionTest : public testing::DatabaseTest {
protected:
    SessionTest() : DatabaseTest{{.timeout = std::chrono::seconds{10}}} {}
    void make_tables() override { create(people()); }

    static void insert(Session& session, std::int64_t id, std::string_view name) {
        session.execute("INSERT INTO people (id, name) VALUES (?, ?)", id, name);
    }
};

}  // namespace enginebay
