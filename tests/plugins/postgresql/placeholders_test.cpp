// SPDX-License-Identifier: BSL-1.0
// Where a question mark is a placeholder and where it is not.
#include "placeholders.hpp"

#include <gtest/gtest.h>

namespace enginebay::postgresql {
namespace {

std::string rewritten(std::string_view sql) { return rewrite_placeholders(sql).text; }

TEST(Placeholders, are_numbered_in_order) {
    const Rewritten got = rewrite_placeholders("INSERT INTO t VALUES (?, ?, ?)");
    EXPECT_EQ(got.text, "INSERT INTO t VALUES ($1, $2, $3)");
    EXPECT_EQ(got.count, 3U);
    EXPECT_EQ(rewrite_placeholders("").count, 0U);
    EXPECT_EQ(rewritten("?"), "$1");
}

TEST(Placeholders, doubled_ones_are_literal) {
    EXPECT_EQ(rewritten("SELECT j ?? 'a' AND ? = 1"), "SELECT j ? 'a' AND $1 = 1");
    EXPECT_EQ(rewritten("j ??| ?"), "j ?| $1");
    EXPECT_EQ(rewritten("???"), "?$1");
}

TEST(Placeholders, leave_strings_alone) {
    EXPECT_EQ(rewritten("'?' ?"), "'?' $1");
    EXPECT_EQ(rewritten("'it''s ?' ?"), "'it''s ?' $1");
    EXPECT_EQ(rewritten("'back\\' ?"), "'back\\' $1");
    EXPECT_EQ(rewritten("E'it\\'s ?' ?"), "E'it\\'s ?' $1");
    EXPECT_EQ(rewritten("e'\\\\' ?"), "e'\\\\' $1");
    EXPECT_EQ(rewritten("the'\\' ?"), "the'\\' $1") << "no E string: the E ends a word";
    EXPECT_EQ(rewritten("'open ?"), "'open ?");
}

TEST(Placeholders, leave_quoted_names_alone) {
    EXPECT_EQ(rewritten("\"a?\"\"?\" = ?"), "\"a?\"\"?\" = $1");
}

TEST(Placeholders, leave_dollar_strings_alone) {
    EXPECT_EQ(rewritten("$$ ? $$ ?"), "$$ ? $$ $1");
    EXPECT_EQ(rewritten("$a$ ? $$ ? $b$ ? $a$ ?"), "$a$ ? $$ ? $b$ ? $a$ $1");
    EXPECT_EQ(rewritten("$1 = ?"), "$1 = $1") << "a parameter is no string";
    EXPECT_EQ(rewritten("a$b$ ? $b$"), "a$b$ $1 $b$") << "a dollar inside a name";
}

TEST(Placeholders, leave_comments_alone) {
    EXPECT_EQ(rewritten("-- ?\n?"), "-- ?\n$1");
    EXPECT_EQ(rewritten("/* ? /* ? */ ? */ ?"), "/* ? /* ? */ ? */ $1");
    EXPECT_EQ(rewritten("1 - ? / ? * ?"), "1 - $1 / $2 * $3");
    EXPECT_EQ(rewritten("/* open ?"), "/* open ?");
}

TEST(StatementKinds, follow_the_first_word) {
    EXPECT_EQ(kind_of("select 1"), StatementKind::rows);
    EXPECT_EQ(kind_of("  -- why\n /* and /* how */ */ Update t"), StatementKind::rows);
    EXPECT_EQ(kind_of("((SELECT 1))"), StatementKind::rows);
    EXPECT_EQ(kind_of("with a as (select 1) select 1"), StatementKind::rows);
    EXPECT_EQ(kind_of("END"), StatementKind::commit);
    EXPECT_EQ(kind_of("SAVEPOINT a"), StatementKind::transaction);
    EXPECT_EQ(kind_of("SET LOCAL work_mem = '1MB'"), StatementKind::transaction);
    EXPECT_EQ(kind_of("SET work_mem = '1MB'"), StatementKind::session);
    EXPECT_EQ(kind_of("EXPLAIN SELECT 1"), StatementKind::reading);
    EXPECT_EQ(kind_of("CREATE TABLE t ()"), StatementKind::structure);
    EXPECT_EQ(kind_of(""), StatementKind::structure);
}

TEST(Abbreviation, is_one_short_line_without_a_password) {
    EXPECT_EQ(abbreviated("SELECT  1\n FROM t"), "SELECT 1 FROM t");
    EXPECT_LT(abbreviated(std::string(5000, 'x')).size(), 130U);
    EXPECT_EQ(abbreviated("ALTER ROLE a PassWord 'secret'"), "ALTER ...");
}

}  // namespace
}  // namespace enginebay::postgresql
