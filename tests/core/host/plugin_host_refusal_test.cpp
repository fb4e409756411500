// SPDX-License-Identifier: BSL-1.0
// Every way a plugin can be wrong, each refused in words of its own, by a process that lives on.
#include "plugin_host_fixture.hpp"

#include <array>
#include <utility>

namespace enginebay::testing {
namespace {
namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST_F(PluginHostTest, a_library_without_a_note_is_no_plugin) {
    EXPECT_THAT(refusal("no_note"), AllOf(HasSubstr("no note"), HasSubstr("enginebay_add_plugin")));
}

TEST_F(PluginHostTest, two_notes_are_refused) {
    EXPECT_THAT(refusal("two_notes"), HasSubstr("more than one EngineBay note"));
}

TEST_F(PluginHostTest, another_contract_is_shown_with_both_numbers) {
    EXPECT_THAT(refusal("other_contract"),
                AllOf(HasSubstr("built for another EngineBay"), HasSubstr("contract      4711"),
                      HasSubstr("rebuild it with this EngineBay")));
}

TEST_F(PluginHostTest, each_field_of_the_fingerprint_counts) {
    const std::array<std::pair<std::string, std::string>, 7> fields{{
        {"other_library", "library       libother\\+\\+"},
        {"other_string_abi", "string_abi    other"},
        {"other_containers", "containers    other"},
        {"other_sanitizer", "sanitizer     other"},
        {"other_pointer_bits", "pointer_bits  48"},
        {"other_layout", "layout        0"},
        {"no_layout", "layout        \\(absent\\)"},
    }};
    for (const auto& [plugin, row] : fields) {
        const TemporaryFolder alone;
        fs::copy_file(built_plugin(plugin), alone / (plugin + ".so"));
        fs::permissions(alone / (plugin + ".so"), fs::perms::owner_all);
        const std::vector<PluginReport> reports = PluginHost{{alone.path()}}.list();
        ASSERT_EQ(reports.size(), 1U);
        // One row, this one, with a value for this program.
        EXPECT_THAT(reports.front().reason,
                    MatchesRegex("was built for another EngineBay:\n"
                                 "  field         plugin              this program\n"
                                 "  " +
                                 row +
                                 " +[^ \n]+\n"
                                 "rebuild it with this EngineBay.*"));
        EXPECT_EQ(reports.front().info.name, plugin);
    }
}

TEST_F(PluginHostTest, a_table_stays_under_its_file_in_the_report_of_a_search) {
    place("other_layout");
    PluginHost host{{folder()}};
    EXPECT_THAT(load_failure(host, "other_layout"), HasSubstr("\n      layout        0"));
}

TEST_F(PluginHostTest, a_note_that_lacks_a_line_or_says_nonsense_is_damaged) {
    EXPECT_THAT(refusal("no_version"), HasSubstr("damaged note (no 'version')"));
    fs::remove(folder() / "no_version.so");
    EXPECT_THAT(refusal("odd_location"), HasSubstr("neither file nor server"));
    fs::remove(folder() / "odd_location.so");
    EXPECT_THAT(refusal("odd_contract"), HasSubstr("'contract' is no number"));
    fs::remove(folder() / "odd_contract.so");
    EXPECT_THAT(refusal("odd_name"), HasSubstr("the name '../../etc'"));
}

TEST_F(PluginHostTest, a_plugin_under_another_name_is_refused) {
    place("good", "better");
    EXPECT_THAT(only_report().reason, HasSubstr("is the plugin 'good' under another name"));
}

TEST_F(PluginHostTest, a_note_without_a_descriptor_is_refused) {
    place("no_symbol");
    PluginHost host{{folder()}};
    EXPECT_THAT(load_failure(host, "no_symbol"), HasSubstr("exports no 'enginebay_plugin'"));
}

TEST_F(PluginHostTest, a_descriptor_that_contradicts_the_note_is_refused) {
    place("descriptor_disagrees");
    PluginHost host{{folder()}};
    EXPECT_THAT(load_failure(host, "descriptor_disagrees"),
                AllOf(HasSubstr("contradicts itself"), HasSubstr("descriptor")));
}

TEST_F(PluginHostTest, an_undefined_symbol_is_named_as_it_was_written) {
    place("undefined_symbol");
    PluginHost host{{folder()}};
    EXPECT_THAT(load_failure(host, "undefined_symbol"),
                HasSubstr("a symbol that nobody defines: missing::function_nobody_defines(int)"));
}

TEST_F(PluginHostTest, a_missing_dependency_is_named) {
    place("missing_dependency");
    PluginHost host{{folder()}};
    EXPECT_THAT(load_failure(host, "missing_dependency"),
                HasSubstr("needs the library libfixture_absent.so, which cannot be opened (No such "
                          "file or directory)"));
}

TEST_F(PluginHostTest, a_cxx_library_that_is_too_old_is_told_apart) {
    place("old_library");
    PluginHost host{{folder()}};
    EXPECT_THAT(load_failure(host, "old_library"),
                AllOf(HasSubstr("needs a newer C++ library"), HasSubstr("GLIBCXX_99.1")));
}

TEST_F(PluginHostTest, a_file_that_changes_while_it_is_loaded_is_refused) {
    place("touches_itself");
    PluginHost host{{folder()}};
    EXPECT_THAT(load_failure(host, "touches_itself"),
                HasSubstr("was replaced or written to while it was being loaded"));
    EXPECT_THAT(host.loaded(), ::testing::IsEmpty());
}

TEST_F(PluginHostTest, another_hash_is_refused_with_both) {
    const fs::path file = place("good");
    const std::string other(64, 'a');
    write_file(folder() / "good.so.sha256", other + "  good.so\n");
    PluginHost host{{folder()}};
    EXPECT_THAT(load_failure(host, "good"),
                AllOf(HasSubstr("is not the file it should be"), HasSubstr(other)));
}

TEST_F(PluginHostTest, a_hash_that_cannot_be_read_is_not_passed_over) {
    place("good");
    const std::array<std::string, 5> contents{
        "", "not a hash\n", std::string(63, 'a') + "  good.so\n",
        std::string(64, 'a') + "  other.so\n", std::string(65, 'a') + "\n"};
    for (const std::string& content : contents) {
        write_file(folder() / "good.so.sha256", content);
        EXPECT_THAT(only_report().reason,
                    AllOf(HasSubstr("cannot be checked"),
                          HasSubstr("has no line '<64 hex digits>  good.so'")))
            << content;
    }
    fs::remove(folder() / "good.so.sha256");
    fs::create_directory(folder() / "good.so.sha256");
    EXPECT_THAT(only_report().reason, HasSubstr("is no file that can be read"));
    fs::remove(folder() / "good.so.sha256");
    fs::create_symlink("nowhere", folder() / "good.so.sha256");
    EXPECT_THAT(only_report().reason, HasSubstr("is no file that can be read"));
}

}  // namespace
}  // namespace enginebay::testing
