// SPDX-License-Identifier: BSL-1.0
// What a list of operations does to names and rows, as far as a comparison must know it.
// Threads: a plain value.
#pragma once

#include <enginebay/operation.hpp>

#include <set>
#include <span>
#include <string>
#include <vector>

namespace enginebay::sqlite {

class Changes {
public:
    explicit Changes(std::span<const Operation> operations);

    /// Whether any table is copied.
    [[nodiscard]] bool copies() const noexcept { return !copied_.empty(); }
    /// The tables copied, by the names they had before; none that were created on the way.
    [[nodiscard]] const std::set<std::string>& copied() const noexcept { return copied_; }
    /// What a table is called in the end; empty where it is dropped.
    [[nodiscard]] std::string final_name(const std::string& table) const;
    [[nodiscard]] bool renames() const noexcept { return renames_; }
    /// Whether rows may come and go: row operations, statements by hand, steps in C++.
    [[nodiscard]] bool touches_rows() const noexcept { return touches_rows_; }

    struct Altered {
        std::string old_table;
        std::string old_column;
        std::string table;
        std::string column;
    };
    /// Columns that were given a new definition, by their first and their final names.
    [[nodiscard]] std::vector<Altered> altered() const;

private:
    [[nodiscard]] Altered follow(std::size_t alter) const;
    [[nodiscard]] std::string name_before(const std::string& table, std::size_t at) const;
    [[nodiscard]] std::string name_after(std::string table, std::size_t from) const;

    std::vector<Operation> steps_;  // effects in the place of the statements they belong to
    std::set<std::string> copied_;
    bool renames_{false};
    bool touches_rows_{false};
};

}  // namespace enginebay::sqlite
