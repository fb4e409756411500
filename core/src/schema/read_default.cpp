// SPDX-License-Identifier: BSL-1.0
// A default must be of its column's type, or each backend would make something else of it.
#include "schema/read_default.hpp"

#include "schema/names.hpp"

#include <string>

namespace enginebay::schema {

std::optional<Default> read_default(const yaml::Node& node, ColumnType type) {
    if (node.is_null()) {
        return std::nullopt;
    }
    switch (type) {
        case ColumnType::text:
        case ColumnType::json:
        case ColumnType::uuid:
            return Default{Value{node.text("default")}};
        case ColumnType::integer:
            return Default{Value{node.integer("default")}};
        case ColumnType::real:
            return Default{Value{node.real("default")}};
        case ColumnType::boolean:
            return Default{Value{node.boolean("default")}};
        case ColumnType::timestamp:
            if (node.text("default") != "now") {
                node.fail("the default of a timestamp is now, or none");
            }
            return Default{CurrentTimestamp{}};
        case ColumnType::blob:
        case ColumnType::identity:
            break;
    }
    node.fail("a column of type " + std::string{name_of(type)} + " takes no default");
}

}  // namespace enginebay::schema
