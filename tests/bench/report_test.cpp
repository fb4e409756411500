// SPDX-License-Identifier: BSL-1.0
// The benchmark's table, page, chart and comparison, from a file of figures.
#include "support/backend.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace enginebay {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// One row that holds, one that misses its target, one without a C API to compare with.
std::string figures(const std::string& scan_ours = "30.0") {
    return R"({"machine": {"processor": "a <fast> one & two"}, "rows": [
{"name": "point read", "backend": "sqlite", "unit": "us", "raw": 4.0, "ours": 4.1, "target": 1.05,
 "target_is": "ratio", "poco": 10.0, "spread": {"raw": 0.01, "ours": 0.02, "poco": 0.03}},
{"name": "scan", "backend": "sqlite", "unit": "ms", "raw": 25.0, "ours": )" +
           scan_ours + R"(, "target": 0.95,
 "target_is": "ratio", "spread": {"raw": 0.01, "ours": 0.02}},
{"name": "plugin load", "backend": "postgresql", "unit": "ms", "ours": 4.5, "target": 10,
 "target_is": "ms", "spread": {"ours": 0.02}}]})";
}

constexpr const char* page =
    "# Performance\n\nbefore\n\n<!-- figures: ./dev bench --docs writes from here -->\nold\n"
    "<!-- figures: to here -->\n\nafter\n";

class ReportTest : public ::testing::Test {
protected:
    testing::RunResult bench(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), testing::program("enginebay_bench").string());
        return testing::run(std::move(arguments));
    }
    std::string file(const std::string& name, const std::string& content) {
        testing::write_file(folder_ / name, content);
        return (folder_ / name).string();
    }
    std::string content_of(const std::string& name) { return testing::read_file(folder_ / name); }
    std::string folder() const { return folder_.path().string(); }

private:
    testing::TemporaryFolder folder_;
};

TEST_F(ReportTest, the_table_has_ratios_and_names_what_is_missed) {
    const testing::RunResult result = bench({"--from", file("run.json", figures())});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_THAT(result.out, ContainsRegex("point read +sqlite +4.00 us +4.10 \\(1.0[23]\\) +10.0 "
                                          "\\(2.50\\) +2%  ratio <= 1.05\n"));
    EXPECT_THAT(result.out, ContainsRegex("scan +sqlite.*1.20.*ratio <= 0.95  MISSED\n"));
    EXPECT_THAT(result.out, ContainsRegex("plugin load +postgresql +4.50.*<= 10 ms\n"));
}

TEST_F(ReportTest, the_page_is_renewed_between_its_marks) {
    file("performance.md", page);
    const testing::RunResult result =
        bench({"--from", file("run.json", figures()), "--docs", folder()});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    const std::string text = content_of("performance.md");
    EXPECT_THAT(text,
                AllOf(StartsWith("# Performance\n\nbefore\n"), EndsWith("to here -->\n\nafter\n"),
                      Not(HasSubstr("\nold\n")), HasSubstr("| **30.0 (1.20)** |"),
                      HasSubstr("ratio <= 0.95, **missed** |"), HasSubstr("a <fast> one & two")));
    bench({"--from", file("run.json", figures()), "--docs", folder()});
    EXPECT_EQ(content_of("performance.md"), text) << "a second time changes nothing";
}

TEST_F(ReportTest, the_chart_is_a_picture_with_a_bar_for_each_side) {
    file("performance.md", page);
    bench({"--from", file("run.json", figures()), "--docs", folder()});
    const std::string chart = content_of("performance.svg");
    EXPECT_THAT(chart, AllOf(StartsWith("<svg xmlns="), EndsWith("</svg>\n"), HasSubstr(">1.20<"),
                             HasSubstr(">2.50<"), Not(HasSubstr("plugin load"))));
    const std::size_t opened = std::ranges::count(chart, '<');
    EXPECT_EQ(opened, std::ranges::count(chart, '>')) << "nothing in it is half a tag";
}

TEST_F(ReportTest, what_was_kept_is_read_again) {
    const std::string kept = (std::filesystem::path{folder()} / "kept.json").string();
    bench({"--from", file("run.json", figures()), "--json", kept});
    const std::string again = (std::filesystem::path{folder()} / "again.json").string();
    EXPECT_EQ(bench({"--from", kept, "--json", again}).exit_status, 0);
    EXPECT_EQ(content_of("kept.json"), content_of("again.json"));
}

TEST_F(ReportTest, a_comparison_fails_on_what_grew_and_shows_it_first) {
    const std::string before = file("before.json", figures("30.0"));
    const std::string worse = file("worse.json", figures("39.0"));
    testing::RunResult result = bench({"--from", worse, "--compare", before});
    EXPECT_EQ(result.exit_status, 1) << result.err;
    EXPECT_THAT(result.out, ContainsRegex("change\nscan +sqlite +1.20 +1.56 +1.30  WORSE\n"));
    result = bench({"--from", before, "--compare", worse});
    EXPECT_EQ(result.exit_status, 0) << "faster is no regression";
    EXPECT_THAT(result.out, Not(HasSubstr("WORSE")));
    result = bench({"--from", before, "--compare", file("same.json", figures("32.0"))});
    EXPECT_EQ(result.exit_status, 0) << "within what a run scatters";
}

TEST_F(ReportTest, bad_files_are_named_and_change_nothing) {
    const std::string run = file("run.json", figures());
    const std::string bad = file("bad.json", "{\"rows\": [");
    testing::RunResult result = bench({"--from", bad});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_THAT(result.err, HasSubstr(bad));
    result = bench({"--from", folder() + "/none.json"});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_THAT(result.err, HasSubstr("none.json"));
    file("performance.md", "a page without marks\n");
    result = bench({"--from", run, "--docs", folder()});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_THAT(result.err, HasSubstr("performance.md"));
    EXPECT_EQ(content_of("performance.md"), "a page without marks\n");
    EXPECT_FALSE(std::filesystem::exists(folder() + "/performance.svg"));
    EXPECT_EQ(bench({"--unknown"}).exit_status, 64);
    EXPECT_EQ(bench({"--from"}).exit_status, 64);
}

}  // namespace
}  // namespace enginebay
