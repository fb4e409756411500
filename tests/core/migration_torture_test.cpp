// SPDX-License-Identifier: BSL-1.0
// Tests: a long history with every operation, there and back, over many rows.
#include "migration_run_fixture.hpp"
#include "torture_history.hpp"

#include <gmock/gmock.h>

#include <array>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

constexpr int many = 10'000;

class MigrationTorture : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        ids_ = write_torture(folder_.path());
    }
    static UpgradeOptions to(const std::string& target) {
        UpgradeOptions options;
        options.target = target;
        options.steps["torture"] = [](Connection&) {};
        return options;
    }
    static Structure structure(Target& target) {
        Structure facts = target.structure();
        std::erase_if(facts, [](const StructureFact& fact) {
            return fact.table.starts_with("enginebay_") || fact.table.starts_with("sqlite_stat");
        });
        return facts;
    }
    static std::vector<std::string> differences(const Structure& one, const Structure& other) {
        std::vector<std::string> texts;
        for (const Difference& difference : compare(one, other)) {
            texts.push_back(difference.kind + " " + difference.table + "." + difference.name +
                            ": '" + difference.declared + "' and '" + difference.live + "'");
        }
        return texts;
    }
    static void fill(Target& target) {
        const auto connection = target.engine->connect(Access::read_write);
        connection->begin(TransactionMode::write);
        connection->execute("INSERT INTO groups (name) VALUES ('a'), ('b')", {});
        for (std::int64_t i = 1; i <= many; ++i) {
            const std::string title = "title " + std::to_string(i);
            const std::string tag = "00000000-0000-4000-8000-" +
                                    std::string(12 - std::to_string(i).size(), '0') +
                                    std::to_string(i);
            const std::array<ValueView, 5> values{
                ValueView::integer(1 + i % 2), ValueView::text(title), ValueView::integer(i),
                ValueView::real(static_cast<double>(i) + 0.5), ValueView::text(tag)};
            connection->execute(
                "INSERT INTO items (group_id, title, size, weight, done, data, tag) "
                "VALUES (?, ?, ?, ?, TRUE, '{\"a\": 1}', ?)",
                values);
        }
        connection->commit();
    }
    /// Everything a row began with is still what it was.
    static void expect_rows(Target& target, const std::string& table, const std::string& title,
                            const std::string& size, const std::string& weight) {
        EXPECT_EQ(target.count(table), many);
        EXPECT_EQ(target.count(table + " WHERE " + title + " = 'title ' || CAST(id AS text) AND " +
                               size + " = id AND " + weight + " = id + 0.5 AND group_id IN (1, 2)"),
                  many);
    }

    MigrationFolder folder_;
    std::vector<std::string> ids_;
};

TEST_F(MigrationTorture, every_revision_leads_back_where_it_came_from) {
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    ASSERT_GE(ids_.size(), 40U);
    target.migrations.upgrade(to(ids_.front()));
    target.run("INSERT INTO groups (name) VALUES ('a')");
    target.run("INSERT INTO items (group_id, title, size) VALUES (1, 'x', 3)");
    for (std::size_t i = 1; i < ids_.size(); ++i) {
        SCOPED_TRACE(ids_[i]);
        const Structure before = structure(target);
        target.migrations.upgrade(to(ids_[i]));
        const Structure after = structure(target);
        target.migrations.downgrade(to("-1"));
        EXPECT_THAT(differences(before, structure(target)), ::testing::IsEmpty());
        target.migrations.upgrade(to(ids_[i]));
        EXPECT_THAT(differences(after, structure(target)), ::testing::IsEmpty());
    }
    EXPECT_EQ(target.count("things"), 1);
}

TEST_F(MigrationTorture, there_and_back_and_there_again_loses_no_row) {
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    target.migrations.upgrade(to(ids_.front()));
    fill(target);
    const Structure low = structure(target);
    target.migrations.upgrade(to("head"));
    const Structure high = structure(target);
    expect_rows(target, "things", "heading", "length", "mass");
    target.migrations.downgrade(to(ids_.front()));
    EXPECT_THAT(differences(low, structure(target)), ::testing::IsEmpty());
    expect_rows(target, "items", "title", "size", "weight");
    target.migrations.upgrade(to("head"));
    EXPECT_THAT(differences(high, structure(target)), ::testing::IsEmpty());
    expect_rows(target, "things", "heading", "length", "mass");
    target.migrations.downgrade(to("base"));
    EXPECT_EQ(structure(target), Structure{});
    target.migrations.upgrade(to("head"));
    EXPECT_THAT(differences(high, structure(target)), ::testing::IsEmpty());
}

}  // namespace
}  // namespace enginebay::testing
