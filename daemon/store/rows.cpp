// SPDX-License-Identifier: BSL-1.0
// Cells to members, without failing.
#include "store/rows.hpp"

#include <enginebay/timestamp.hpp>

#include <charconv>

namespace teleclaude {

using enginebay::Kind;
using enginebay::Timestamp;
using enginebay::Value;
using enginebay::ValueView;

namespace {

// Bytes that are no UTF-8 would make every answer that holds them unreadable.
std::string readable(std::string_view text) {
    std::string result{text};
    if (!enginebay::is_portable_text(text)) {
        for (char& c : result) {
            if (c == '\0' || static_cast<unsigned char>(c) >= 0x80U) {
                c = '?';
            }
        }
    }
    return result;
}

}  // namespace

void read_cell(const ValueView& cell, std::string& target) {
    switch (cell.kind()) {
        case Kind::text:
            target = readable(cell.as_text());
            break;
        case Kind::integer:
            target = std::to_string(cell.as_integer());
            break;
        case Kind::blob: {
            const auto bytes = cell.as_blob();
            target = readable({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
            break;
        }
        default:
            target.clear();
    }
}

void read_cell(const ValueView& cell, std::int64_t& target) {
    target = 0;
    if (cell.kind() == Kind::integer) {
        target = cell.as_integer();
    } else if (cell.kind() == Kind::boolean) {
        target = cell.as_boolean() ? 1 : 0;
    } else if (cell.kind() == Kind::text) {
        const std::string_view text = cell.as_text();
        std::from_chars(text.data(), text.data() + text.size(), target);
    }
}

void read_cell(const ValueView& cell, bool& target) {
    std::int64_t number = 0;
    read_cell(cell, number);
    target = number != 0;
}

void read_cell(const ValueView& cell, std::optional<Timestamp>& target) {
    target.reset();
    if (cell.kind() == Kind::timestamp) {
        target = cell.as_timestamp();
    } else if (cell.kind() == Kind::text) {
        target = enginebay::parse_timestamp(cell.as_text());
    }
}

void read_cell(const ValueView& cell, Value& target) {
    switch (cell.kind()) {
        case Kind::null:
            target = std::monostate{};
            break;
        case Kind::boolean:
            target = cell.as_boolean();
            break;
        case Kind::integer:
            target = cell.as_integer();
            break;
        case Kind::real:
            target = cell.as_real();
            break;
        case Kind::timestamp:
            target = cell.as_timestamp();
            break;
        default:
            read_cell(cell, target.emplace<std::string>());
    }
}

std::vector<Value> read_values(enginebay::Session& session, const Statement& statement) {
    const auto parameters = statement.views();
    enginebay::detail::OpenCursor cursor{session.query_encoded(statement.sql(), parameters)};
    std::vector<Value> values;
    if (const ValueView* cells = cursor->next()) {
        values.resize(cursor->column_count());
        for (Value& value : values) {
            read_cell(*cells++, value);
        }
        while (cursor->next() != nullptr) {}
    }
    return values;
}

std::optional<std::int64_t> read_number(enginebay::Session& session, const Statement& statement) {
    const auto parameters = statement.views();
    enginebay::detail::OpenCursor cursor{session.query_encoded(statement.sql(), parameters)};
    std::optional<std::int64_t> number;
    if (const ValueView* cells = cursor->next()) {
        read_cell(*cells, number.emplace());
        while (cursor->next() != nullptr) {}
    }
    return number;
}

std::vector<std::string> read_texts(enginebay::Session& session, const Statement& statement) {
    const auto parameters = statement.views();
    enginebay::detail::OpenCursor cursor{session.query_encoded(statement.sql(), parameters)};
    std::vector<std::string> texts;
    while (const ValueView* cells = cursor->next()) {
        if (!cells->is_null()) {
            read_cell(*cells, texts.emplace_back());
        }
    }
    return texts;
}

}  // namespace teleclaude
