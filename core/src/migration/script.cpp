// SPDX-License-Identifier: BSL-1.0
// An upgrade as a script, for those who may not let a program change their database.
#include "migration/history.hpp"
#include "migration/plan.hpp"
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
        const auto operations = operations_on(&revision, backend_, Way::up);
        const ScriptFrame frame =
            revision.transactional ? migrator_.frame(operations) : ScriptFrame{};
        add(frame.before);
        if (first) {
            add(migrator_.render(CreateTable{history_definition()}, Schema{}));
        }
        for (const std::string& sql :
             texts(statements_of({&revision}, schema, migrator_, backend_))) {
            lines_.push_back(for_a_shell(sql) + ";");
        }
        if (runs_on(revision, backend_)) {
            apply(schema, revision);
        }
        lines_.push_back(row(revision, by) + ";");
        add(frame.after);
    }

    std::vector<std::string> take() { return std::move(lines_); }

private:
    void add(const std::vector<std::string>& statements) {
        for (const std::string& statement : statements) {
            lines_.push_back(statement + ";");
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
