// SPDX-License-Identifier: BSL-1.0
// Plans.
#include "migration/plan.hpp"

#include "migration/read_operation.hpp"
#include "migration/replay.hpp"
#include "migration/statements.hpp"

#include <enginebay/error.hpp>

#include <utility>

namespace enginebay::migration {
namespace {

struct Loss {
    std::string operator()(const DropTable& o) const { return "every row of " + o.table; }
    std::string operator()(const DropColumn& o) const {
        return "the values of " + o.table + "." + o.column;
    }
    std::string operator()(const DeleteRows& o) const { return "rows of " + o.table; }
    std::string operator()(const UpdateRows& o) const { return "old values in " + o.table; }
    std::string operator()(const Execute& o) const {
        std::string text;
        for (const Effect& effect : o.effect) {
            const std::string loss = loss_of(as_operation(effect));
            text += loss.empty() ? "" : (text.empty() ? "" : ", ") + loss;
        }
        return text;
    }
    template <class Other>
    std::string operator()(const Other& /*operation*/) const {
        return {};
    }
};

}  // namespace

std::string loss_of(const Operation& operation) { return std::visit(Loss{}, operation); }

std::string way_back_of(const Revision& revision) {
    if (!revision.irreversible.empty()) {
        return "irreversible: " + revision.irreversible;
    }
    std::string text;
    for (const Operation& operation : revision.downgrade) {
        const std::string loss = loss_of(operation);
        text += loss.empty() ? "" : (text.empty() ? "" : ", ") + loss;
    }
    return text;
}

std::vector<PlannedOperation> planned(const std::vector<const Revision*>& steps, Schema before,
                                      const Migrator& migrator, const std::string& backend) {
    std::vector<PlannedOperation> result;
    for (const Revision* revision : steps) {
        if (!runs_on(*revision, backend)) {
            continue;
        }
        const std::size_t first = result.size();
        const std::vector<Statement> statements =
            statements_of({revision}, before, migrator, backend);
        for (std::size_t i = 0; i < revision->upgrade.size(); ++i) {
            PlannedOperation planned;
            planned.revision = revision->id;
            planned.operation = operation_name(revision->upgrade[i]);
            planned.place = place_of(*revision, i);
            planned.loss = loss_of(revision->upgrade[i]);
            planned.cost = migrator.cost(revision->upgrade[i], before);
            result.push_back(std::move(planned));
            migration::apply(before, revision->upgrade[i]);
        }
        for (const Statement& statement : statements) {
            PlannedOperation& operation = result[first + statement.operation];
            if (statement.call.empty()) {
                operation.statements.push_back(statement.sql);
            } else {
                operation.call = statement.call;
            }
        }
        if (first < result.size()) {
            result[first].way_back = way_back_of(*revision);
        }
    }
    return result;
}

}  // namespace enginebay::migration
