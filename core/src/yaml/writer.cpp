// SPDX-License-Identifier: BSL-1.0
// Decides for every value how it is written.
#include "yaml/writer.hpp"

#include "yaml/scalar.hpp"

#include <algorithm>
#include <cstddef>

namespace enginebay::yaml {
namespace {

constexpr std::size_t width = 110;
constexpr std::size_t step = 2;

std::string blanks(std::size_t count) {
    std::string text(count, ' ');
    return text;
}

template <class Function>
void each_line(std::string_view text, Function function) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        function(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

std::string comment(std::string_view lines, std::size_t indent) {
    std::string out;
    each_line(lines, [&](std::string_view line) {
        std::string row = blanks(indent) + "#";
        while (!line.empty()) {
            const std::size_t end = std::min(line.find(' '), line.size());
            if (row.size() + 1 + end > width && row.size() > indent + 1) {
                out += row + "\n";
                row = blanks(indent) + "#";
            }
            row.append(" ").append(line.substr(0, end));
            line.remove_prefix(std::min(end + 1, line.size()));
        }
        out += row + "\n";
    });
    return out;
}

Item Item::text(std::string_view value) {
    Item item{Kind::text};
    item.text_ = value;
    return item;
}

Item Item::word(std::string_view value) {
    Item item{Kind::word};
    item.text_ = value;
    return item;
}

Item Item::texts(const std::vector<std::string>& values) {
    Item item = list();
    for (const std::string& value : values) {
        item.add(text(value));
    }
    return item;
}

Item& Item::add(Item value) {
    children_.emplace_back(std::string{}, std::move(value));
    return *this;
}

Item& Item::set(std::string_view key, Item value) {
    children_.emplace_back(std::string{key}, std::move(value));
    return *this;
}

std::string Item::document() const {
    std::string out = comment(remark_, 0);
    write_entries(out, 0, false);
    return out;
}

std::string Item::inline_text() const {
    switch (kind_) {
        case Kind::text:
            return scalar(text_, true);
        case Kind::word:
            return text_;
        case Kind::list:
        case Kind::map:
            break;
    }
    std::string out;
    for (const auto& [key, value] : children_) {
        out += out.empty() ? "" : ", ";
        out += kind_ == Kind::map ? scalar(key, true) + ": " : "";
        out += value.inline_text();
    }
    return kind_ == Kind::map ? "{" + out + "}" : "[" + out + "]";
}

bool Item::is_literal() const { return kind_ == Kind::text && is_literal_block(text_); }

bool Item::must_open() const {
    return open_ || !remark_.empty() || is_literal() ||
           std::ranges::any_of(children_,
                               [](const auto& child) { return child.second.must_open(); });
}

/// What follows "key:" or "-": on the same line where it fits, else below.
void Item::write_after(std::string& out, std::size_t indent, std::size_t column) const {
    if (is_literal()) {
        out += text_.back() == '\n' ? " |\n" : " |-\n";
        each_line(text_, [&](std::string_view line) {
            out += line.empty() ? "\n" : blanks(indent).append(line) + "\n";
        });
        return;
    }
    if (kind_ == Kind::text) {
        out += " " + scalar(text_, false) + "\n";
        return;
    }
    const std::string line = inline_text();
    const bool fits = column + 1 + line.size() <= width && !must_open();
    if (kind_ == Kind::word || children_.empty() || fits) {
        out += " " + line + "\n";
        return;
    }
    out += "\n";
    if (kind_ == Kind::map) {
        write_entries(out, indent, false);
    } else {
        write_items(out, indent);
    }
}

void Item::write_entries(std::string& out, std::size_t indent, bool first_is_placed) const {
    for (const auto& [key, value] : children_) {
        const std::string name = scalar(key, false) + ":";
        out += (first_is_placed ? std::string{} : blanks(indent)) + name;
        first_is_placed = false;
        value.write_after(out, indent + step, indent + name.size());
    }
}

void Item::write_items(std::string& out, std::size_t indent) const {
    bool first = true;
    for (const auto& [key, value] : children_) {
        out += value.apart_ && !first ? "\n" : "";
        first = false;
        out += comment(value.remark_, indent) + blanks(indent) + "-";
        const bool fits = indent + step + value.inline_text().size() <= width && !value.must_open();
        if (value.kind_ == Kind::map && !value.children_.empty() &&
            (!fits || value.children_.size() == 1)) {
            out += " ";
            value.write_entries(out, indent + step, true);
        } else {
            value.write_after(out, indent + step, indent + 1);
        }
    }
}

}  // namespace enginebay::yaml
