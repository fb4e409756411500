// SPDX-License-Identifier: BSL-1.0
// Render: migration operations as PostgreSQL's DDL.
// Threads: pure functions.
#pragma once

#include <enginebay/operation.hpp>
#include <enginebay/schema.hpp>

#include <string>
#include <vector>

namespace enginebay::postgresql {

/// The single statements an operation amounts to where the schema is `before`. Throws unsupported
/// for a name that the server would cut off, input where nothing says what to do here.
std::vector<std::string> render_operation(const Operation& operation, const Schema& before = {});

std::vector<std::string> render_alter_column(const AlterColumn& operation, const Schema& before);

std::vector<std::string> render_constraint(const AddUnique& operation);
std::vector<std::string> render_constraint(const DropUnique& operation);
std::vector<std::string> render_constraint(const AddCheck& operation);
std::vector<std::string> render_constraint(const DropCheck& operation);
std::vector<std::string> render_constraint(const AddForeignKey& operation);
std::vector<std::string> render_constraint(const DropForeignKey& operation);

std::vector<std::string> render_rows(const InsertRows& operation, const Schema& before);
std::vector<std::string> render_rows(const UpdateRows& operation, const Schema& before);
std::vector<std::string> render_rows(const DeleteRows& operation, const Schema& before);

/// nullptr where there is none of that name.
const Table* find_table(const Schema& schema, const std::string& name);
const Column* find_column(const Schema& schema, const std::string& table, const std::string& name);

}  // namespace enginebay::postgresql
