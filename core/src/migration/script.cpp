// SPDX-License-Identifier: BSL-1.0
// An upgrade as a script, for those who may not let a program change their database.
#include "migration/history.hpp"
#include "migration/journal.hpp"
#include "migration/plan.hpp"
#include "migration/remarks.hpp"
#include "migration/replay.hpp"
#include "migration/statements.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string_view>
#include <utility>

namespace enginebay::migration {
namespace {

/// Where `mark` ends, or the text.
std::size_t behind(std::string_view sql, std::string_view mark, std::size_t from) {
    const std::size_t found = sql.find(mark, from);
    return found == std::string_view::npos ? sql.size() : found + mark.size();
}

/// `$$` or `$tag$` at `at`: a quote of some backends; empty where there is none.
std::string dollar_tag(const std::string& sql, std::size_t at) {
    if (sql[at] != '$') {
        return {};
    }
    std::size_t end = at + 1;
    while (end < sql.size() &&
           (std::isalnum(static_cast<unsigned char>(sql[end])) != 0 || sql[end] == '_')) {
        ++end;
    }
    return end < sql.size() && sql[end] == '$' ? sql.substr(at, end + 1 - at) : std::string{};
}

/// `??` outside quotes and comments is how a statement for the program writes a question mark.
std::string for_a_shell(const std::string& sql) {
    std::string out;
    for (std::size_t at = 0; at < sql.size();) {
        const char c = sql[at];
        std::size_t end = at + 1;
        if (c == '\'' || c == '"') {
            end = behind(sql, std::string_view{&c, 1}, at + 1);
        } else if (const std::string tag = dollar_tag(sql, at); !tag.empty()) {
            end = behind(sql, tag, at + tag.size());
        } else if (sql.compare(at, 2, "--") == 0) {
            end = std::min(sql.find('\n', at), sql.size());
        } else if (sql.compare(at, 2, "/*") == 0) {
            end = behind(sql, "*/", at + 2);
        } else if (sql.compare(at, 2, "??") == 0) {
            out += '?';
            at += 2;
            continue;
        }
        out.append(sql, at, end - at);
        at = end;
    }
    return out;
}

class Script {
public:
    Script(const Migrator& migrator, const Dialect& dialect, const std::string& backend)
        : migrator_{migrator},
          dialect_{dialect},
          backend_{backend},
          lines_{migrator.script_head()} {}

    void comment(const std::string& text) {
        std::string line = "-- ";
        for (const char c : text) {
            line += c == '\n' || c == '\r' ? ' ' : c;
        }
        lines_.push_back(std::move(line));
    }

    void revision(const Revision& revision, Schema& schema, const std::string& by, bool first) {
        comment("revision " + revision.id + ": " + revision.message);
        const bool runs = runs_on(revision, backend_);
        const std::vector<Statement> statements =
            statements_of({&revision}, schema, migrator_, backend_);
        if (runs && !revision.transactional) {
            in_steps(revision, statements, by, first);
        } else {
            const ScriptFrame frame = migrator_.frame(operations_on(&revision, backend_, Way::up));
            add(frame.before);
            add_history(first);
            for (const Statement& statement : statements) {
                add(statement);
            }
            add(row(revision, by));
            add(frame.after);
        }
        if (runs) {
            apply(schema, revision);
        }
    }

    std::vector<std::string> take() { return std::move(lines_); }

private:
    /// Each operation with its entry in the journal, as the runner does it: whoever finds the
    /// script broken off goes on from there.
    void in_steps(const Revision& revision, const std::vector<Statement>& statements,
                  const std::string& by, bool first) {
        const ScriptFrame frame = migrator_.frame({});
        add(frame.before);
        add_history(first);
        begin_journal(revision);
        add(frame.after);
        for (std::size_t at = 0; at < statements.size();) {
            at = migrator_.alone(revision.upgrade[statements[at].operation])
                     ? add_alone(revision, statements, at)
                     : add_operation(revision, statements, at);
        }
        add(frame.before);
        add(row(revision, by));
        add("DELETE FROM " + journal() + of(revision));
        add(frame.after);
    }
    std::size_t add_alone(const Revision& revision, const std::vector<Statement>& statements,
                          std::size_t at) {
        add_progress(revision, at, at + 1);
        add(statements[at]);
        add_progress(revision, at + 1, at + 1);
        return at + 1;
    }
    std::size_t add_operation(const Revision& revision, const std::vector<Statement>& statements,
                              std::size_t at) {
        const std::size_t operation = statements[at].operation;
        const ScriptFrame frame = migrator_.frame({&revision.upgrade[operation], 1});
        add(frame.before);
        while (at < statements.size() && statements[at].operation == operation) {
            add(statements[at++]);
        }
        add_progress(revision, at, at);
        add(frame.after);
        return at;
    }

    void begin_journal(const Revision& revision) {
        if (!std::exchange(has_journal_, true)) {
            constexpr std::string_view create = "CREATE TABLE ";
            for (std::string sql : migrator_.render(CreateTable{journal_definition()}, Schema{})) {
                if (sql.starts_with(create)) {  // the database may have it from an earlier run
                    sql.insert(create.size(), "IF NOT EXISTS ");
                }
                add(sql);
            }
        }
        add("INSERT INTO " + journal() + " (revision, way, checksum, done, started) VALUES (" +
            dialect_.literal(revision.id) + ", " + dialect_.literal("up") + ", " +
            dialect_.literal(revision.checksum) + ", 0, 0)");
    }
    void add_progress(const Revision& revision, std::size_t done, std::size_t started) {
        add("UPDATE " + journal() + " SET done = " + std::to_string(done) +
            ", started = " + std::to_string(started) + of(revision));
    }
    [[nodiscard]] std::string journal() const { return dialect_.quote(journal_table); }
    [[nodiscard]] std::string of(const Revision& revision) const {
        return " WHERE revision = " + dialect_.literal(revision.id);
    }

    void add_history(bool first) {
        if (first) {
            add(migrator_.render(CreateTable{history_definition()}, Schema{}));
        }
    }
    void add(const Statement& statement) { add(for_a_shell(texts({statement}).front())); }
    void add(const std::string& sql) { lines_.push_back(sql + ";"); }
    void add(const std::vector<std::string>& statements) {
        for (const std::string& statement : statements) {
            add(statement);
        }
    }

    /// The row of the history, in the order of its columns.
    [[nodiscard]] std::string row(const Revision& revision, const std::string& by) const {
        std::string names;
        for (const std::string& column : history_columns()) {
            names += (names.empty() ? "" : ", ") + dialect_.quote(column);
        }
        return "INSERT INTO " + dialect_.quote(history_table) + " (" + names + ") VALUES (" +
               dialect_.literal(revision.id) + ", " + dialect_.literal(revision.checksum) + ", " +
               dialect_.literal("applied") + ", CURRENT_TIMESTAMP, 0, " + dialect_.literal(by) +
               ")";
    }

    const Migrator& migrator_;
    const Dialect& dialect_;
    const std::string& backend_;
    std::vector<std::string> lines_;
    bool has_journal_{false};
};

}  // namespace

std::vector<std::string> script(const MigrationSet& set, const Migrator& migrator,
                                const Dialect& dialect, const std::string& backend,
                                const ScriptOptions& options) {
    Applied applied;
    if (!options.from.empty()) {
        for (const Revision* step : with_ancestors(set, resolve_target(set, options.from))) {
            applied.insert(step->id);
        }
    }
    const std::string target = resolve_target(set, options.target, applied);
    const std::vector<const Revision*> steps = pending(set, applied, target);
    require_decided(steps, backend);
    Schema schema = schema_after(set, applied, backend);
    Script script{migrator, dialect, backend};
    script.comment("for an " +
                   std::string{applied.empty() ? "empty database" : "existing database"} +
                   (applied.empty() ? "" : " at " + resolve_target(set, options.from)) +
                   ", on the backend " + backend);
    bool first = applied.empty();
    for (const Revision* step : steps) {
        script.revision(*step, schema, options.by, first);
        first = false;
    }
    return script.take();
}

}  // namespace enginebay::migration
