// SPDX-License-Identifier: BSL-1.0
// Scene and the short forms the cases are written in.
#include "scene.hpp"

#include <ostream>

namespace enginebay {

void PrintTo(Errc code, std::ostream* out) { *out << "Errc::" << to_string(code); }

void PrintTo(const StructureFact& fact, std::ostream* out) {
    *out << fact.kind << ' ' << fact.table << '.' << fact.name << ": " << fact.definition;
}

}  // namespace enginebay

namespace enginebay::conformance {

Scene::Scene(const Backend& backend)
    : backend_{backend}, host_{backend.plugin_path}, database_{backend.create_database()} {
    database_.config.product = product;
    engine_ = host_.open(database_.config);
}

std::int64_t execute(Connection& connection, std::string_view sql, Parameters parameters) {
    return connection.execute(sql, {parameters.begin(), parameters.size()});
}

Cursor& query(Connection& connection, std::string_view sql, Parameters parameters) {
    return connection.query(sql, {parameters.begin(), parameters.size()});
}

Value owned(const ValueView& view) {
    switch (view.kind()) {
        case Kind::null:
            return std::monostate{};
        case Kind::boolean:
            return view.as_boolean();
        case Kind::integer:
            return view.as_integer();
        case Kind::real:
            return view.as_real();
        case Kind::text:
            return std::string{view.as_text()};
        case Kind::blob:
            return Blob(view.as_blob().begin(), view.as_blob().end());
        case Kind::timestamp:
            return view.as_timestamp();
    }
    ADD_FAILURE() << "a cell of no kind: " << static_cast<int>(view.kind());
    return std::monostate{};
}

std::vector<Row> rows(Connection& connection, std::string_view sql, Parameters parameters) {
    std::vector<Row> result;
    Cursor& cursor = query(connection, sql, parameters);
    while (const ValueView* cells = cursor.next()) {
        Row& row = result.emplace_back();
        for (std::size_t column = 0; column < cursor.column_count(); ++column) {
            row.push_back(owned(cells[column]));
        }
    }
    cursor.close();
    return result;
}

Value cell(Connection& connection, std::string_view sql, Parameters parameters) {
    const std::vector<Row> all = rows(connection, sql, parameters);
    if (all.size() != 1 || all.front().size() != 1) {
        ADD_FAILURE() << "not one cell: " << sql;
        return std::monostate{};
    }
    return all.front().front();
}

std::int64_t number(Connection& connection, std::string_view sql, Parameters parameters) {
    const Value value = cell(connection, sql, parameters);
    if (const auto* result = std::get_if<std::int64_t>(&value)) {
        return *result;
    }
    ADD_FAILURE() << "not an integer but " << ::testing::PrintToString(value) << ": " << sql;
    return -1;
}

std::string text(Connection& connection, std::string_view sql, Parameters parameters) {
    const Value value = cell(connection, sql, parameters);
    if (const auto* result = std::get_if<std::string>(&value)) {
        return *result;
    }
    ADD_FAILURE() << "not a text but " << ::testing::PrintToString(value) << ": " << sql;
    return {};
}

void create(Scene& scene, Connection& connection, const Table& table) {
    for (const std::string& sql : scene.engine().migrator()->render(CreateTable{table}, {})) {
        connection.execute(sql, {});
    }
}

void create_numbers(Connection& connection, int count) {
    execute(connection, "CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, v TEXT)");
    for (int id = 1; id <= count; ++id) {
        execute(connection, "INSERT INTO t (id, v) VALUES (?, 'one')", {integer(id)});
    }
}

}  // namespace enginebay::conformance
