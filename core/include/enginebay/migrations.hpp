// SPDX-License-Identifier: BSL-1.0
// Migrations: a folder of revisions and a declared schema, and what they do to one database.
// Threads: MigrationSet is a value that never changes after loading; Migrations is used by one
// thread at a time.  Ownership: Migrations borrows its engine, which must outlive it.
//
// Everything but Migrations is pure: files, graph, plan and rendered SQL need no database.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/engine.hpp>
#include <enginebay/export.hpp>
#include <enginebay/migrator.hpp>
#include <enginebay/revision.hpp>
#include <enginebay/schema.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay {

/// The revisions of one product and its declared schema, checked: unique ids, known parents, no
/// cycle. Cheap to copy.
class ENGINEBAY_API MigrationSet {
public:
    /// Reads `schema.yaml` and `versions/*.yaml` of the folder; `legacy/*.yaml` when they are
    /// needed. Throws Errc::input with file:line:column, and Errc::configuration when the folder
    /// is none.
    static MigrationSet load(const std::filesystem::path& folder);
    /// The same from values, for programs that keep their revisions elsewhere.
    static MigrationSet make(std::vector<Revision> revisions, Schema declared,
                             std::vector<Revision> legacy = {});

    /// Parents before children, otherwise by id.
    [[nodiscard]] const std::vector<Revision>& revisions() const noexcept;
    /// nullptr when there is none of that name.
    [[nodiscard]] const Revision* find(std::string_view id) const noexcept;
    /// Revisions that nothing follows; one, unless branches have not been merged.
    [[nodiscard]] const std::vector<std::string>& heads() const noexcept;
    /// `schema.yaml`, read when it is first asked for: throws Errc::input for a faulty one.
    [[nodiscard]] const Schema& declared() const;
    /// Revisions of the past that others replace, parents first: they lead old databases to where
    /// those begin, and are no part of the graph. Read when first asked for: throws Errc::input for
    /// a faulty one, and for one that nothing replaces.
    [[nodiscard]] const std::vector<Revision>& legacy() const;
    /// What the tables are once `revision` and all before it have run. Throws Errc::input for an
    /// unknown revision and for operations that cannot follow each other.
    [[nodiscard]] Schema schema_at(std::string_view revision) const;
    /// Where the declared schema and what the revisions make of nothing differ, in words, one
    /// sentence each; empty when they agree. Throws Errc::input for several heads.
    [[nodiscard]] std::vector<std::string> disagreements() const;

    struct Content;

private:
    static std::shared_ptr<Content> assemble(std::vector<Revision> revisions);
    explicit MigrationSet(std::shared_ptr<const Content> content);
    std::shared_ptr<const Content> content_;
};

/// One thing that is not as it should be; one of the two texts is empty where it is missing.
struct Difference {
    std::string kind;  ///< as StructureFact::kind
    std::string table;
    std::string name;
    std::string declared;
    std::string live;
    bool operator==(const Difference&) const = default;
};

/// The facts in which two structures of one backend differ, in the order of the facts.
ENGINEBAY_API std::vector<Difference> compare(const Structure& declared, const Structure& live);

/// The statements that create `schema` in an empty database.
ENGINEBAY_API std::vector<std::string> schema_sql(const Migrator& migrator, const Schema& schema);

/// A row of the history.
struct AppliedRevision {
    std::string revision;
    std::string checksum;
    std::string state;       ///< "applied", or "stamped" when it was found to be there already
    std::string applied_at;  ///< UTC, as the backend writes it
    std::int64_t duration_us{0};
    std::string by;
};

struct MigrationStatus {
    /// `empty`: no managed table at all. `unversioned`: tables, but no history of ours; upgrade()
    /// adopts them if they are what a revision makes, and refuses otherwise.
    enum class State : std::uint8_t { empty, unversioned, versioned };

    State state{State::empty};
    std::string server_version;
    std::vector<std::string> current;  ///< applied revisions that no applied one follows
    std::vector<std::string> heads;
    std::vector<std::string> pending;  ///< in the order in which they would run
    std::vector<AppliedRevision> applied;
};

struct MigrationProgress {
    enum class What : std::uint8_t {
        waiting,    ///< another runner or writer is at work; `statement` says which
        adopted,    ///< the structure was found to be `revision`'s and has been recorded
        revision,   ///< `revision` begins
        statement,  ///< `statement`, step `step` of `steps`, begins
        rows,       ///< it has worked through `rows` of `of_rows` rows of `table`
        done,       ///< `revision` has been committed after `elapsed`
        copied,     ///< the database was copied before its first change, to `statement`
        note,       ///< `statement` is something that people should know about the database
    };
    What what{What::waiting};
    std::string_view revision{};
    std::size_t number{0};  ///< of `count` revisions in this run, from 1
    std::size_t count{0};
    std::size_t step{0};  ///< of `steps` statements in this revision, from 1
    std::size_t steps{0};
    std::string_view statement{};
    std::chrono::microseconds elapsed{0};
    std::string_view table{};
    std::int64_t rows{0};
    std::int64_t of_rows{-1};  ///< -1: nobody knows
};

/// A step written in C++, for `call`. Runs on the connection that migrates, inside the revision's
/// transaction, which it neither ends nor begins.
using MigrationStep = std::function<void(Connection&)>;

struct UpgradeOptions {
    /// A revision, or an unambiguous beginning of its name; `head` or nothing: the one head;
    /// `+2`: the second of those that come next.
    std::string target;
    /// Called on the running thread; an exception from it ends the run as a failure would. While a
    /// statement writes many rows it is called a few times a second, where the backend can count.
    std::function<void(const MigrationProgress&)> progress;
    /// How long to wait for another runner. Then Errc::busy.
    std::chrono::milliseconds lock_wait{std::chrono::minutes{5}};
    /// Called once before the first change, and not at all when there is nothing to do; what it
    /// gives is kept until the end. The place to take the instance lock.
    std::function<std::shared_ptr<void>()> before_change;
    std::string by;  ///< who runs it, e.g. "mydaemon 1.2 (pid 7 on host)"; for the history
    /// What `call` may name. A pending revision that names another step is refused beforehand.
    std::map<std::string, MigrationStep, std::less<>> steps{};
    /// Once a stop is requested, from whichever thread, the run ends with Errc::cancelled: a
    /// statement that runs is cancelled and its revision undone, what was committed stays.
    std::stop_token stop{};
};

struct UpgradeReport {
    std::vector<std::string> applied;  ///< revisions that ran, in order
    std::vector<std::string> adopted;  ///< revisions recorded because they were there already
    std::string copy;                  ///< of the database before its first change; empty: none
    std::vector<std::string> notes;    ///< what people should know about the database
    std::vector<std::string> current;  ///< as in MigrationStatus, afterwards
    std::chrono::microseconds elapsed{0};
};

struct DowngradeReport {
    std::vector<std::string> undone;   ///< revisions that were taken back, in that order
    std::vector<std::string> current;  ///< as in MigrationStatus, afterwards
    std::chrono::microseconds elapsed{0};
};

struct CheckReport {
    bool equal{false};
    std::vector<Difference> differences;
};

struct ScriptOptions {
    std::string from;    ///< the revision the database is at; empty: it is empty
    std::string target;  ///< as in UpgradeOptions, counted from `from`
    std::string by;      ///< as in UpgradeOptions, for the rows of the history
};

/// One operation that an upgrade would carry out.
struct PlannedOperation {
    std::string revision;
    std::string operation;  ///< its name in the file
    std::string place;      ///< file:line
    std::vector<std::string> statements;
    std::string call;  ///< the step of the program that runs instead of statements
    OperationCost cost;
    std::string loss;      ///< what is gone for good; empty: nothing
    std::string way_back;  ///< what going back would lose, or why there is no way back
};

struct StampOptions {
    std::string target;  ///< as in UpgradeOptions; `base`: no history at all
    /// Stamps although structure or checksum say otherwise; needs `why`, which the history keeps.
    bool force{false};
    std::string why;
    std::string by;  ///< as in UpgradeOptions
};

struct StampReport {
    std::vector<std::string> added;      ///< revisions that now count as applied
    std::vector<std::string> removed;    ///< that no longer do
    std::vector<std::string> rewritten;  ///< whose checksum was another
    std::vector<std::string> current;
};

/// The set applied to the database of one engine. Each call opens a connection of its own; the
/// overloads with a connection use that one, which must be outside a transaction (for databases
/// that live in one connection).
class ENGINEBAY_API Migrations {
public:
    /// `backend` is the plugin's name, for revisions that are restricted to some.
    Migrations(Engine& engine, std::string backend, MigrationSet set);
    Migrations(const Migrations&) = delete;
    Migrations& operator=(const Migrations&) = delete;
    ~Migrations();

    [[nodiscard]] const MigrationSet& set() const noexcept;

    /// Where the database stands. Reads only. Throws Errc::input when it holds a revision that the
    /// set does not know.
    MigrationStatus status();
    MigrationStatus status(Connection& connection);

    /// Brings the database to the target; does nothing (one SELECT) when it is there.
    /// Each revision commits together with its row of the history; a failed one leaves the database
    /// as it was before that revision: Errc::migration_failed.
    /// Throws Errc::input for an unknown revision, several heads, an edited applied file, and a
    /// database without history whose structure is no revision's.
    UpgradeReport upgrade(const UpgradeOptions& options);
    UpgradeReport upgrade(Connection& connection, const UpgradeOptions& options);

    /// Takes back every applied revision that builds on the target (`base`: all), last first; each
    /// together with its row of the history. Throws Errc::input, before anything is changed, for a
    /// target that the database has not been at and for a revision that cannot be undone.
    DowngradeReport downgrade(const UpgradeOptions& options);
    DowngradeReport downgrade(Connection& connection, const UpgradeOptions& options);
    /// What that would take back, in that order. Reads only.
    std::vector<std::string> undone_by(const std::string& target);

    /// The declared schema against the live one. Leaves no trace.
    CheckReport check();
    CheckReport check(Connection& connection);

    /// The statements an upgrade of an empty database to `target` (empty: head) would run.
    std::vector<std::string> plan_sql(const std::string& target = {});
    /// A whole script that brings a database to the target in the backend's own shell, its history
    /// included; one line or statement an element, comments as lines of their own. No database.
    /// Throws Errc::unsupported where a revision calls a step of the program.
    std::vector<std::string> script(const ScriptOptions& options);
    /// What an upgrade from `applied` (the names in the history) to `target` would do. No database.
    std::vector<PlannedOperation> plan(const std::string& target,
                                       const std::vector<AppliedRevision>& applied);

    /// Makes the history say that the database is at the target, without running anything. Throws
    /// Errc::input where its structure is not that revision's, and where a file was edited after it
    /// ran, unless forced.
    StampReport stamp(const StampOptions& options);
    /// The declared schema as this backend's SQL.
    std::vector<std::string> schema_sql();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace enginebay
