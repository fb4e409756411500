// SPDX-License-Identifier: BSL-1.0
// Follows names through operations.
#include "changes.hpp"

#include "rebuild.hpp"
#include "render_parts.hpp"

#include <algorithm>

namespace enginebay::sqlite {
namespace {

Operation as_operation(const Effect& effect) {
    return std::visit([](const auto& alternative) -> Operation { return alternative; }, effect);
}

/// Statements by hand may be for other backends only.
bool runs_here(const Execute& execute) {
    return std::ranges::find(execute.skip, backend_name) == execute.skip.end();
}

bool is_about_rows(const Operation& operation) {
    if (const auto* execute = std::get_if<Execute>(&operation)) {
        return runs_here(*execute);
    }
    return std::holds_alternative<InsertRows>(operation) ||
           std::holds_alternative<DeleteRows>(operation) || std::holds_alternative<Call>(operation);
}

}  // namespace

Changes::Changes(std::span<const Operation> operations) {
    for (const Operation& operation : operations) {
        touches_rows_ = touches_rows_ || is_about_rows(operation);
        if (const auto* execute = std::get_if<Execute>(&operation)) {
            for (const Effect& effect : execute->effect) {
                steps_.push_back(as_operation(effect));
            }
            continue;
        }
        steps_.push_back(operation);
        if (const std::string table = rebuilt_table(operation); !table.empty()) {
            const std::string old = name_before(table, steps_.size() - 1);
            copied_.insert(old.empty() ? table : old);
        }
    }
    for (const Operation& step : steps_) {
        renames_ = renames_ || std::holds_alternative<RenameTable>(step) ||
                   std::holds_alternative<RenameColumn>(step);
        if (const auto* made = std::get_if<CreateTable>(&step)) {
            copied_.erase(made->table.name);
        }
    }
}

std::string Changes::name_before(const std::string& table, std::size_t at) const {
    std::string name = table;
    while (at-- > 0) {
        const auto* rename = std::get_if<RenameTable>(&steps_[at]);
        name = rename != nullptr && rename->to == name ? rename->from : name;
    }
    return name;
}

std::string Changes::name_after(std::string table, std::size_t from) const {
    for (std::size_t i = from; i < steps_.size(); ++i) {
        if (const auto* rename = std::get_if<RenameTable>(&steps_[i])) {
            table = rename->from == table ? rename->to : table;
        } else if (const auto* drop = std::get_if<DropTable>(&steps_[i])) {
            if (drop->table == table) {
                return {};
            }
        }
    }
    return table;
}

std::string Changes::final_name(const std::string& table) const { return name_after(table, 0); }

Changes::Altered Changes::follow(std::size_t alter) const {
    const auto& start = std::get<AlterColumn>(steps_[alter]);
    Altered names{start.table, start.column.name, start.table, start.column.name};
    for (std::size_t i = alter; i-- > 0;) {
        if (const auto* column = std::get_if<RenameColumn>(&steps_[i])) {
            const bool same = column->table == names.old_table && column->to == names.old_column;
            names.old_column = same ? column->from : names.old_column;
        } else if (const auto* table = std::get_if<RenameTable>(&steps_[i])) {
            names.old_table = table->to == names.old_table ? table->from : names.old_table;
        }
    }
    for (std::size_t i = alter + 1; i < steps_.size(); ++i) {
        if (const auto* column = std::get_if<RenameColumn>(&steps_[i])) {
            const bool same = column->table == names.table && column->from == names.column;
            names.column = same ? column->to : names.column;
        } else if (const auto* table = std::get_if<RenameTable>(&steps_[i])) {
            names.table = table->from == names.table ? table->to : names.table;
        }
    }
    return names;
}

std::vector<Changes::Altered> Changes::altered() const {
    std::vector<Altered> columns;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        if (std::holds_alternative<AlterColumn>(steps_[i])) {
            columns.push_back(follow(i));
        }
    }
    return columns;
}

}  // namespace enginebay::sqlite
