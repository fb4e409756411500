// SPDX-License-Identifier: BSL-1.0
#include "small_revisions.hpp"

#include "peers.hpp"
#include "raw.hpp"

#include <enginebay/migrations.hpp>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace enginebay::bench {
namespace {

constexpr int revision_count = 17;

Column column(std::string name, ColumnType type, bool nullable = true) {
    Column result;
    result.name = std::move(name);
    result.type = type;
    result.nullable = nullable;
    return result;
}

Operation table(int number) {
    CreateTable create;
    create.table.name = "small_" + std::to_string(number);
    create.table.columns = {column("id", ColumnType::identity, false),
                            column("name", ColumnType::text, false),
                            column("at", ColumnType::timestamp)};
    create.table.primary_key = {"id"};
    return create;
}

/// A table, then a column, then an index, as histories grow.
Operation operation(int number) {
    const int of = number - number % 3;
    const std::string name = "small_" + std::to_string(of);
    if (number % 3 == 0) {
        return table(number);
    }
    if (number % 3 == 1) {
        return AddColumn{name, column("note", ColumnType::text)};
    }
    CreateIndex create;
    create.table = name;
    create.index.name = name + "_by_name";
    create.index.columns = {{"name", "", false}};
    return create;
}

MigrationSet history() {
    std::vector<Revision> revisions;
    for (int i = 0; i < revision_count; ++i) {
        Revision revision;
        revision.id = "r" + std::to_string(100 + i);
        revision.message = revision.id;
        if (!revisions.empty()) {
            revision.parents = {revisions.back().id};
        }
        revision.upgrade = {operation(i)};
        revisions.push_back(std::move(revision));
    }
    return MigrationSet::make(std::move(revisions), {});
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    const std::chrono::duration<double, std::milli> elapsed =
        std::chrono::steady_clock::now() - start;
    return elapsed.count();
}

std::unique_ptr<Peer> connect_raw(const DatabaseConfig& config) {
    for (const PeerApi& api : peer_apis()) {
        if (api.name == "raw" && api.backend == config.engine) {
            return api.connect(config);
        }
    }
    throw std::runtime_error{"the benchmark has no raw side for " + config.engine};
}

/// On a connection that is open already, as the other side.
double raw(testing::Backend& backend, const std::vector<std::string>& statements) {
    const testing::TestDatabase database = backend.create_database();
    (void)database.engine()->connect(Access::create);
    const std::unique_ptr<Peer> connection = connect_raw(database.config());
    auto& peer = dynamic_cast<Raw&>(*connection);
    const auto start = std::chrono::steady_clock::now();
    peer.run_together(statements);
    return milliseconds_since(start);
}

double ours(testing::Backend& backend, const MigrationSet& set) {
    const testing::TestDatabase database = backend.create_database();
    const std::unique_ptr<Engine> engine = database.engine();
    Migrations migrations{*engine, backend.name(), set};
    const std::unique_ptr<Connection> connection = engine->connect(Access::create);
    const auto start = std::chrono::steady_clock::now();
    (void)migrations.upgrade(*connection, {});
    return milliseconds_since(start);
}

}  // namespace

void measure_small_revisions(Collector& collector, testing::Backend& backend, int rounds) {
    const MigrationSet set = history();
    std::vector<std::string> statements;
    {
        const testing::TestDatabase database = backend.create_database();
        const std::unique_ptr<Engine> engine = database.engine();
        statements = Migrations{*engine, backend.name(), set}.plan_sql();
    }
    for (int round = 0; round < rounds; ++round) {
        const double theirs = raw(backend, statements);
        const double mine = ours(backend, set);
        if (round > 0) {  // the first one warms caches
            collector.add("17 small revisions", backend.name(), "raw", theirs);
            collector.add("17 small revisions", backend.name(), "ours", mine);
        }
    }
}

}  // namespace enginebay::bench
