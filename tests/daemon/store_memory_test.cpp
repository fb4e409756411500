// SPDX-License-Identifier: BSL-1.0
// What sessions learned: saving, finding by words, the line of time.
#include "daemon/store_fixture.hpp"

#include <gmock/gmock.h>

namespace enginebay::testing {
namespace {

using teleclaude::MemoryQuery;
using teleclaude::NewObservation;
using teleclaude::Observation;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MemoryTest : public StoreTest {
protected:
    teleclaude::Memory& memory() { return store_->memory(); }
    std::int64_t save(const std::string& text, const std::string& project = "p",
                      const std::string& type = "discovery") {
        NewObservation observation;
        observation.text = text;
        observation.project = project;
        observation.type = type;
        return memory().save(observation);
    }
    std::vector<std::int64_t> search(const std::string& words, const std::string& project = {}) {
        MemoryQuery query;
        query.words = words;
        query.project = project;
        return ids(memory().search(query));
    }
    static std::vector<std::int64_t> ids(const std::vector<Observation>& rows) {
        std::vector<std::int64_t> ids;
        for (const Observation& row : rows) {
            ids.push_back(row.id);
        }
        return ids;
    }
};

TEST_F(MemoryTest, an_observation_is_saved_with_what_follows_from_it) {
    NewObservation observation;
    observation.text = "Version 1.2 is out. Use it.";
    observation.facts = {"it's \"new\""};
    observation.identity_key = "k";
    const std::int64_t id = memory().save(observation);
    const auto rows = memory().by_ids({id});
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].title, "Version 1.2 is out");
    EXPECT_EQ(rows[0].narrative, observation.text);
    EXPECT_EQ(rows[0].project, "teleclaude");
    EXPECT_EQ(rows[0].facts, R"(["it's \"new\""])");
    EXPECT_EQ(rows[0].concepts, std::nullopt);
    EXPECT_EQ(rows[0].identity_key, "k");
    EXPECT_LE(std::abs(rows[0].created_at_epoch -
                       std::chrono::floor<std::chrono::seconds>(*rows[0].created_at)
                           .time_since_epoch()
                           .count()),
              0);
    EXPECT_TRUE(memory().remove(id));
    EXPECT_FALSE(memory().remove(id));
    EXPECT_THAT(search("Version"), IsEmpty());
}

TEST_F(MemoryTest, a_long_title_is_cut_between_characters) {
    std::string text;
    for (int i = 0; i < 100; ++i) {
        text += "\xc3\xa4";
    }
    const auto rows = memory().by_ids({save(text)});
    EXPECT_EQ(rows.at(0).title, text.substr(0, 160));
}

TEST_F(MemoryTest, a_project_has_one_session_for_what_is_noted_by_hand) {
    const auto rows = memory().by_ids({save("a", "p"), save("b", "p"), save("c", "q")});
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[2].memory_session_id, rows[1].memory_session_id);
    EXPECT_NE(rows[0].memory_session_id, rows[1].memory_session_id);
    EXPECT_EQ(one<std::int64_t>("SELECT count(*) FROM memory_manual_sessions"), 2);
}

TEST_F(MemoryTest, a_search_finds_every_word_and_takes_no_operators) {
    const std::int64_t cat = save("the cat sleeps", "p");
    const std::int64_t dog = save("the dog sleeps 100%", "q", "gotcha");
    EXPECT_THAT(search("sleeps"), ElementsAre(dog, cat)) << "newest first";
    EXPECT_THAT(search("sleeps cat"), ElementsAre(cat));
    EXPECT_THAT(search("sleeps", "q"), ElementsAre(dog));
    EXPECT_THAT(search("100%"), ElementsAre(dog));
    for (const char* hostile : {"cat OR dog", "cat*dog\"", "NOT cat", "narrative:cat", "(", "\"",
                                "%", "_", "", "sl%", "cat' --"}) {
        EXPECT_NO_THROW(static_cast<void>(search(hostile))) << hostile;
    }
    EXPECT_THAT(search("cat OR dog"), IsEmpty());
    EXPECT_THAT(search("sl%"), IsEmpty());
}

TEST_F(MemoryTest, a_search_is_narrowed_by_type_key_and_limit) {
    NewObservation keyed;
    keyed.text = "word";
    keyed.type = "gotcha";
    keyed.identity_key = "mine";
    const std::int64_t mine = memory().save(keyed);
    keyed.identity_key = "theirs";
    const std::int64_t theirs = memory().save(keyed);
    const std::int64_t everyones = save("word", "teleclaude", "decision");
    MemoryQuery query;
    query.words = "word";
    query.identity_key = "mine";
    EXPECT_THAT(ids(memory().search(query)), ElementsAre(everyones, mine));
    query.type = "gotcha";
    EXPECT_THAT(ids(memory().search(query)), ElementsAre(mine));
    query.identity_key.clear();
    EXPECT_THAT(ids(memory().search(query)), ElementsAre(theirs, mine));
    query.limit = 1;
    EXPECT_THAT(ids(memory().search(query)), ElementsAre(theirs));
}

TEST_F(MemoryTest, lists_are_newest_first) {
    const std::int64_t first = save("1");
    const std::int64_t second = save("2");
    const std::int64_t third = save("3");
    save("other", "q");
    sql("UPDATE memory_observations SET created_at_epoch = 100");
    sql("UPDATE memory_observations SET created_at_epoch = 50 WHERE id = ?", third);
    EXPECT_THAT(ids(memory().recent("p")), ElementsAre(second, first, third));
    EXPECT_THAT(ids(memory().recent("p", 1)), ElementsAre(second));
    EXPECT_THAT(ids(memory().by_ids({first, third, 4711}, "p")), ElementsAre(first, third));
    EXPECT_THAT(memory().by_ids({first}, "q"), IsEmpty());
    EXPECT_THAT(memory().by_ids({}), IsEmpty());
}

TEST_F(MemoryTest, a_line_of_time_holds_each_row_once) {
    std::vector<std::int64_t> all;
    for (int i = 0; i < 7; ++i) {
        all.push_back(save(std::to_string(i)));
    }
    sql("UPDATE memory_observations SET created_at_epoch = 100");
    EXPECT_EQ(ids(memory().timeline(all[3], 2, 2)),
              (std::vector(all.begin() + 1, all.begin() + 6)));
    EXPECT_EQ(ids(memory().timeline(all[0])), (std::vector(all.begin(), all.begin() + 4)));
    EXPECT_THAT(memory().timeline(4711), IsEmpty());
    EXPECT_THAT(memory().timeline(all[3], 2, 2, "q"), IsEmpty());
}

TEST_F(MemoryTest, summaries_are_newest_first) {
    for (const char* values :
         {"'s', 'p', 'one', '2026-01-02 03:04:05', 1", "'s', 'p', 'two', '2026-01-02T03:04:05Z', 2",
          "'s', 'q', 'other', '2026-01-02 03:04:05', 3"}) {
        sql(std::string{"INSERT INTO memory_summaries (memory_session_id, project, request,"
                        " created_at, created_at_epoch) VALUES ("} +
            values + ")");
    }
    const auto rows = memory().recent_summaries("p");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].request, "two");
    EXPECT_EQ(rows[0].created_at, rows[1].created_at);
}

}  // namespace
}  // namespace enginebay::testing
