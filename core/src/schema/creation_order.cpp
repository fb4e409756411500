// SPDX-License-Identifier: BSL-1.0
// Orders tables by their foreign keys; renders a schema.
#include "schema/creation_order.hpp"

#include "migration/replay.hpp"
#include "schema/check_table.hpp"

#include <enginebay/migrations.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace enginebay::schema {
namespace {

class Order {
public:
    explicit Order(const Schema& schema) : schema_{schema} {}

    std::vector<const Table*> run() {
        for (const Table& table : schema_.tables) {
            visit(table);
        }
        return std::move(done_);
    }

private:
    void visit(const Table& table) {
        if (std::ranges::find(done_, &table) != done_.end()) {
            return;
        }
        if (std::ranges::find(open_, &table) != open_.end()) {
            return;  // a ring: one of its keys comes after the tables
        }
        open_.push_back(&table);
        for (const ForeignKey& key : table.foreign_keys) {
            const Table* target = find_table(schema_, key.table);
            if (target != nullptr && target != &table) {
                visit(*target);
            }
        }
        open_.pop_back();
        done_.push_back(&table);
    }

    const Schema& schema_;
    std::vector<const Table*> open_;
    std::vector<const Table*> done_;
};

}  // namespace

std::vector<const Table*> creation_order(const Schema& schema) { return Order{schema}.run(); }

}  // namespace enginebay::schema

namespace enginebay {

std::vector<std::string> schema_sql(const Migrator& migrator, const Schema& schema) {
    std::vector<Operation> operations;
    std::vector<Operation> late;
    std::set<std::string> there;
    for (const Table* table : schema::creation_order(schema)) {
        Table first = *table;
        there.insert(first.name);
        std::erase_if(first.foreign_keys, [&](const ForeignKey& key) {
            const bool early = !there.contains(key.table);
            if (early) {
                late.emplace_back(AddForeignKey{first.name, key});
            }
            return early;
        });
        operations.emplace_back(CreateTable{std::move(first)});
    }
    operations.insert(operations.end(), late.begin(), late.end());
    std::vector<std::string> statements;
    Schema so_far;
    for (const Operation& operation : operations) {
        for (std::string& sql : migrator.render(operation, so_far)) {
            statements.push_back(std::move(sql));
        }
        migration::apply(so_far, operation);
    }
    return statements;
}

}  // namespace enginebay
