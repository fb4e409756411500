// SPDX-License-Identifier: BSL-1.0
// The sample tables.
#include "sample_schema.hpp"

namespace enginebay::conformance {

Table folders_table() {
    Table table;
    table.name = "folders";
    table.columns = {column("id", ColumnType::identity, false),
                     column("name", ColumnType::text, false)};
    table.primary_key = {"id"};
    table.uniques = {{"folders_name_key", {"name"}}};
    return table;
}

Table notes_table() {
    Table table;
    table.name = "notes";
    table.columns = {
        column("id", ColumnType::identity, false),
        column("folder_id", ColumnType::integer),
        column("title", ColumnType::text, false, Default{Value{std::string{"it's new"}}}),
        column("body", ColumnType::text),
        column("size", ColumnType::integer, false, Default{Value{std::int64_t{-1}}}),
        column("weight", ColumnType::real, true, Default{Value{1.5}}),
        column("done", ColumnType::boolean, false, Default{Value{false}}),
        column("made_at", ColumnType::timestamp, false, Default{CurrentTimestamp{}}),
        column("tags", ColumnType::json, true, Default{Value{std::string{"[]"}}}),
        column("picture", ColumnType::blob),
        column("token", ColumnType::uuid),
    };
    table.primary_key = {"id"};
    table.uniques = {{"notes_folder_title_key", {"folder_id", "title"}}};
    table.checks = {{"notes_size_check", "size >= -1"}};
    table.foreign_keys = {{"notes_folder_fkey",
                           {"folder_id"},
                           "folders",
                           {"id"},
                           ReferentialAction::cascade,
                           ReferentialAction::no_action}};
    table.indexes = {
        index_on("notes_by_size", {{"size", "", true}, {"title", "", false}}),
        index_on("notes_token_once", {{"token", "", false}}, true),
        index_on("notes_open", {{"made_at", "", false}}, false, "title <> 'done'"),
    };
    return table;
}

}  // namespace enginebay::conformance
