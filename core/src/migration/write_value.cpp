// SPDX-License-Identifier: BSL-1.0
// Values as YAML.
#include "migration/write_value.hpp"

#include <enginebay/timestamp.hpp>

#include <array>
#include <charconv>
#include <string>
#include <variant>

namespace enginebay::migration {
namespace {

using yaml::Item;

struct Writer {
    Item operator()(std::monostate) const { return Item::word("null"); }
    Item operator()(bool value) const { return Item::word(value ? "true" : "false"); }
    Item operator()(std::int64_t value) const { return Item::word(std::to_string(value)); }
    Item operator()(double value) const {
        std::array<char, 40> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        std::string text{digits.data(), end};
        if (text.find_first_of(".en") == std::string::npos) {
            text += ".0";
        }
        return Item::word(text);
    }
    Item operator()(const std::string& value) const { return Item::text(value); }
    Item operator()(const Blob& value) const {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string text = "'";
        for (const std::byte byte : value) {
            const auto number = std::to_integer<unsigned>(byte);
            text += {digits[number / 16U], digits[number % 16U]};
        }
        Item item = Item::map();
        item.set("hex", Item::word(text + "'"));
        return item;
    }
    Item operator()(Timestamp value) const {
        return Item::word("'" + std::string{to_text(value).view()} + "'");
    }
};

}  // namespace

Item written(const Value& value) { return std::visit(Writer{}, value); }

}  // namespace enginebay::migration
