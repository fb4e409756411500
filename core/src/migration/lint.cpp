// SPDX-License-Identifier: BSL-1.0
// What hurts in a revision: rows that go, others who wait, steps that fail on a filled table.
#include "migration/checksum.hpp"
#include "migration/names_in_sql.hpp"
#include "migration/plan.hpp"
#include "migration/planner.hpp"
#include "migration/remarks.hpp"
#include "migration/replay.hpp"
#include "migration/statements.hpp"
#include "schema/check_table.hpp"

#include <enginebay/authoring.hpp>
#include <enginebay/error.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string>
#include <utility>

namespace enginebay {
namespace {

struct Rule {
    std::string_view name;
    std::string_view remedy;
};

constexpr std::array rules{
    Rule{"drop_table",
         "release a program that does without the table first, keep a copy, and drop "
         "it in a later revision"},
    Rule{"drop_column",
         "release a program that does without the column first, and drop it in a "
         "later revision"},
    Rule{"rename",
         "add the new one, write both, move the readers, then drop the old one; or stop "
         "every program that uses it before the upgrade"},
    Rule{"not_null",
         "add the column without it, fill the rows in a revision of its own, then "
         "alter it"},
    Rule{"change_type",
         "add a column of the new type, fill it in pieces, move the readers, then "
         "drop the old one"},
    Rule{"index_blocks_writers", "concurrently: true, in a revision with transactional: false"},
    Rule{"scan_blocks_writers",
         "give the constraint a name, in a revision with transactional: false: it is "
         "added unchecked, and the rows are checked while others write"},
    Rule{"constraint_on_rows",
         "look for rows that break it first, e.g. with the query that the "
         "constraint is the negation of"},
    Rule{"rewrites_table", "plan the time and the disk for a copy of the table"},
    Rule{"all_rows", "name the rows in where, or do it in pieces by a step of the program"},
    Rule{"unknown_structure", "say under effect: which operations the statements amount to"},
    Rule{migration::undecided_rule, migration::undecided_remedy},
};

std::string_view remedy_of(std::string_view rule) {
    return std::ranges::find(rules, rule, &Rule::name)->remedy;
}

std::string upper_words(const std::string& sql) {
    std::string text = migration::normalized_sql(sql);
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

/// The temporary tables that statements of a revision make for themselves: nobody else sees them,
/// and they are no part of the structure. Statements are given as upper_words().
class TemporaryTables {
public:
    /// Whether the statement makes one of them, or changes or drops one that was made.
    bool concerns(std::string_view text) {
        for (const std::string_view start : {"CREATE TEMP TABLE ", "CREATE TEMPORARY TABLE "}) {
            if (text.starts_with(start)) {
                made_.insert(name_in(text.substr(start.size())));
                return true;
            }
        }
        for (const std::string_view start : {"UPDATE ", "DELETE FROM ", "DROP TABLE "}) {
            if (text.starts_with(start)) {
                return made_.contains(name_in(text.substr(start.size())));
            }
        }
        return false;
    }

private:
    static std::string name_in(std::string_view text) {
        for (const std::string_view word : {"IF NOT EXISTS ", "IF EXISTS ", "TEMP."}) {
            text.remove_prefix(text.starts_with(word) ? word.size() : 0);
        }
        return std::string{text.substr(0, text.find_first_of(" (;"))};
    }
    std::set<std::string, std::less<>> made_;
};

/// One revision, operation by operation.
class Linter {
public:
    Linter(const Migrator& migrator, Capabilities capabilities, const Revision& revision,
           Schema before, std::vector<LintFinding>& findings)
        : migrator_{migrator},
          capabilities_{capabilities},
          revision_{revision},
          schema_{std::move(before)},
          findings_{findings} {}

    void run() {
        for (at_ = 0; at_ < revision_.upgrade.size(); ++at_) {
            const Operation& operation = revision_.upgrade[at_];
            std::visit(*this, operation);
            look_at_cost(operation);
            migration::apply(schema_, operation);
        }
        look_for_remarks();
    }

    void operator()(const CreateTable& o) { fresh_.insert(o.table.name); }
    void operator()(const DropTable& o) {
        if (!is_fresh(o.table)) {
            add("drop_table", "every row of '" + o.table + "' is lost");
        }
    }
    void operator()(const RenameTable& o) {
        if (is_fresh(o.from)) {
            fresh_.insert(o.to);
        } else {
            add("rename", "programs that run meanwhile still ask for the table '" + o.from + "'");
        }
    }
    void operator()(const AddColumn& o) {
        if (!is_fresh(o.table) && !o.column.nullable && !o.column.fallback) {
            add("not_null", "a table with rows refuses the column '" + o.column.name +
                                "': they have no value for it");
        }
    }
    void operator()(const DropColumn& o) {
        if (!is_fresh(o.table)) {
            add("drop_column", "the values of '" + o.table + "." + o.column + "' are lost");
        }
    }
    void operator()(const RenameColumn& o) {
        if (!is_fresh(o.table)) {
            add("rename", "programs that run meanwhile still ask for the column '" + o.table + "." +
                              o.from + "'");
        }
    }
    void operator()(const AlterColumn& o) {
        const Table* table = schema::find_table(schema_, o.table);
        const Column* now = table == nullptr ? nullptr : schema::find_column(*table, o.column.name);
        if (now == nullptr || is_fresh(o.table)) {
            return;
        }
        if (now->type != o.column.type) {
            add("change_type", "a value of '" + o.table + "." + o.column.name +
                                   "' that does not convert stops the upgrade");
        }
        if (now->nullable && !o.column.nullable && !is_filled(o)) {
            add("not_null",
                "rows without a value in '" + o.table + "." + o.column.name + "' stop the upgrade");
        }
    }
    void operator()(const AddUnique& o) { constraint(o.table, "rows that are alike"); }
    void operator()(const AddCheck& o) {
        constraint(o.table, "rows that it does not allow");
        scan(o.table, o.check.name);
    }
    void operator()(const AddForeignKey& o) {
        constraint(o.table, "rows that refer to none");
        scan(o.table, o.foreign_key.name);
    }
    void operator()(const CreateIndex& o) {
        if (!is_fresh(o.table) && !o.concurrently && capabilities_.has(Capability::online_index)) {
            add("index_blocks_writers",
                "while '" + o.index.name + "' is built nobody can write to '" + o.table + "'");
        }
    }
    void operator()(const UpdateRows& o) {
        if (o.where.empty()) {
            add("all_rows", "every row of '" + o.table + "' is changed, in one transaction");
        }
    }
    void operator()(const DeleteRows& o) {
        if (o.where.empty()) {
            add("all_rows", "every row of '" + o.table + "' is deleted");
        }
    }
    void operator()(const Execute& o) {
        for (const std::string& sql : o.all) {
            statement(sql, o);
        }
        for (const auto& [backend, list] : o.by_backend) {
            for (const std::string& sql : list) {
                statement(sql, o);
            }
        }
    }
    template <class Other>
    void operator()(const Other& /*operation*/) {}

private:
    [[nodiscard]] bool is_fresh(const std::string& table) const { return fresh_.contains(table); }

    void add(std::string_view rule, std::string what) {
        add_at(rule, std::move(what), migration::place_of(revision_, at_));
    }
    void add_at(std::string_view rule, std::string what, std::string place) {
        if (!revision_.allow.contains(std::string{rule})) {
            findings_.push_back({std::string{rule}, revision_.id, std::move(place), std::move(what),
                                 std::string{remedy_of(rule)}});
        }
    }

    /// Whether an operation of this revision, before this one, gave the rows their value.
    [[nodiscard]] bool is_filled(const AlterColumn& alter) const {
        return std::any_of(revision_.upgrade.begin(),
                           revision_.upgrade.begin() + static_cast<std::ptrdiff_t>(at_),
                           [&](const Operation& o) {
                               const auto* update = std::get_if<UpdateRows>(&o);
                               return update != nullptr && update->table == alter.table &&
                                      update->set.contains(alter.column.name);
                           });
    }

    void constraint(const std::string& table, const std::string& rows) {
        if (!is_fresh(table)) {
            add("constraint_on_rows", rows + " in '" + table + "' stop the upgrade");
        }
    }

    /// Rows can be looked at behind the back of writers where an index can be built so.
    void scan(const std::string& table, const std::string& name) {
        const bool apart = !revision_.transactional && !name.empty();
        if (!is_fresh(table) && !apart && capabilities_.has(Capability::online_index)) {
            add("scan_blocks_writers",
                "while every row of '" + table + "' is looked at nobody can write to it");
        }
    }

    void statement(const std::string& sql, const Execute& execute) {
        const std::string text = upper_words(sql);
        if (temporary_.concerns(text)) {
            return;
        }
        const bool changes = text.starts_with("UPDATE ") || text.starts_with("DELETE ");
        if (changes && !migration::mentions(sql, "where") &&
            text.find(" WHERE ") == std::string::npos) {
            add("all_rows", "a statement changes every row: " + sql.substr(0, 60));
        }
        constexpr std::array<std::string_view, 4> words{"ALTER ", "CREATE ", "DROP ", "TRUNCATE "};
        if (execute.effect.empty() && std::ranges::any_of(words, [&](std::string_view word) {
                return text.starts_with(word);
            })) {
            add("unknown_structure",
                "a statement changes the structure, and no effect is told: " + sql.substr(0, 60));
        }
    }

    void look_at_cost(const Operation& operation) {
        for (const std::string& table : migrator_.cost(operation, schema_).rewritten) {
            if (!is_fresh(table)) {
                add("rewrites_table", "the table '" + table + "' is written anew, every row");
            }
        }
    }

    /// What autogenerate left for a person.
    void look_for_remarks() {
        for (const migration::Remark& remark : migration::undecided(revision_)) {
            add_at(migration::undecided_rule, remark.words,
                   revision_.file + ":" + std::to_string(remark.line));
        }
    }

    const Migrator& migrator_;
    Capabilities capabilities_;
    const Revision& revision_;
    Schema schema_;
    TemporaryTables temporary_;
    std::vector<LintFinding>& findings_;
    std::set<std::string> fresh_;  // tables that this revision creates: nobody uses them yet
    std::size_t at_{0};
};

}  // namespace

std::vector<std::string> lint_rules() {
    std::vector<std::string> names;
    names.reserve(rules.size());
    for (const Rule& rule : rules) {
        names.emplace_back(rule.name);
    }
    return names;
}

std::vector<LintFinding> lint(const MigrationSet& set, const Migrator& migrator,
                              Capabilities capabilities, const std::string& backend,
                              const std::vector<std::string>& revisions) {
    std::set<std::string> named;
    for (const std::string& name : revisions) {
        named.insert(migration::resolve_target(set, name));
    }
    std::vector<LintFinding> findings;
    for (const Revision& revision : set.revisions()) {
        const bool wanted = revisions.empty() || named.contains(revision.id);
        if (!wanted || !migration::runs_on(revision, backend)) {
            continue;
        }
        migration::Applied before;
        for (const Revision* step : migration::with_ancestors(set, revision.id)) {
            if (step != &revision) {
                before.insert(step->id);
            }
        }
        Linter{migrator, capabilities, revision, migration::schema_after(set, before, backend),
               findings}
            .run();
    }
    return findings;
}

}  // namespace enginebay
