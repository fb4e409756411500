// SPDX-License-Identifier: BSL-1.0
// Files that were cut short, bent or made for other machines: refused, and never felt.
#include "plugin_host_fixture.hpp"
#include "support/child_process.hpp"

#include <elf.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <set>

namespace enginebay::testing {
namespace {
namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::HasSubstr;

using Header = ElfW(Ehdr);
using Segment = ElfW(Phdr);
using Section = ElfW(Shdr);

template <class T>
T at(const std::string& bytes, std::size_t offset) {
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

class ElfTest : public PluginHostTest {
protected:
    void SetUp() override {
        file_ = place("good");
        // Without debug information the headers are a larger part of the file.
        ASSERT_EQ(run({ENGINEBAY_STRIP, file_.string()}).exit_status, 0);
        bytes_ = read_file(file_);
        header_ = at<Header>(bytes_, 0);
        ASSERT_TRUE(only_report().usable) << only_report().reason;
    }
    [[nodiscard]] const fs::path& file() const { return file_; }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }
    [[nodiscard]] const Header& header() const { return header_; }
    [[nodiscard]] std::string reason() const { return only_report().reason; }

    void write_header(const Header& header) {
        overwrite(file_, 0, {reinterpret_cast<const char*>(&header), sizeof header});
    }
    template <class T>
    void write(std::size_t offset, const T& value) {
        overwrite(file_, offset, {reinterpret_cast<const char*>(&value), sizeof value});
    }
    [[nodiscard]] std::size_t segment_at(std::size_t index) const {
        return header_.e_phoff + index * sizeof(Segment);
    }
    [[nodiscard]] std::size_t section_at(std::size_t index) const {
        return header_.e_shoff + index * sizeof(Section);
    }
    /// The first segment of a type.
    [[nodiscard]] std::size_t find_segment(std::uint32_t type) const {
        for (std::size_t i = 0; i < header_.e_phnum; ++i) {
            if (at<Segment>(bytes_, segment_at(i)).p_type == type) {
                return segment_at(i);
            }
        }
        ADD_FAILURE() << "no segment of type " << type;
        return 0;
    }

private:
    fs::path file_;
    std::string bytes_;
    Header header_{};
};

TEST_F(ElfTest, cut_short_anywhere_it_is_refused) {
    std::set<std::size_t, std::greater<>> lengths;
    for (std::size_t length = 0; length < bytes().size(); length += 512) {
        lengths.insert(length);
    }
    const auto around = [&](std::size_t length) {
        for (const std::size_t near : {length - 1, length, length + 1}) {
            if (near < bytes().size()) {
                lengths.insert(near);
            }
        }
    };
    around(bytes().size() - 1);
    around(sizeof(Header));
    for (std::size_t i = 0; i < header().e_phnum; ++i) {
        const auto segment = at<Segment>(bytes(), segment_at(i));
        around(segment_at(i));
        around(segment.p_offset + segment.p_filesz);
    }
    for (std::size_t i = 0; i < header().e_shnum; ++i) {
        around(section_at(i));
        around(at<Section>(bytes(), section_at(i)).sh_offset);
    }
    ASSERT_GT(lengths.size(), 100U);
    PluginHost loader{{folder()}};
    for (const std::size_t length : lengths) {  // downwards: each one is cut off the last
        ASSERT_EQ(::truncate(file().c_str(), static_cast<off_t>(length)), 0);
        EXPECT_THAT(load_failure(loader, "good"),
                    AnyOf(HasSubstr("is truncated or damaged"), HasSubstr("is no ELF file"),
                          HasSubstr("is empty")))
            << "at " << length << " of " << bytes().size() << " bytes";
    }
}

TEST_F(ElfTest, cut_short_without_sections_it_is_refused_too) {
    Header header = this->header();
    header.e_shoff = 0;
    header.e_shnum = 0;
    header.e_shstrndx = 0;
    write_header(header);
    PluginHost loader{{folder()}};
    const auto last = at<Segment>(bytes(), find_segment(PT_DYNAMIC));
    ASSERT_EQ(::truncate(file().c_str(), static_cast<off_t>(last.p_offset + last.p_filesz - 1)), 0);
    EXPECT_THAT(load_failure(loader, "good"), HasSubstr("is truncated or damaged: a segment"));
    write_file(file(), bytes());
    write_header(header);
    EXPECT_EQ(loader.load("good").version, "1.2.3");
}

TEST_F(ElfTest, random_damage_never_harms_the_process_that_looks) {
    const PluginHost looker{{folder()}};
    std::mt19937 random{20240229};
    const auto pick = [&random](std::size_t below) { return random() % below; };
    // Where damage is felt: the headers and what they point at first of all.
    const auto place_of_damage = [&]() -> std::size_t {
        switch (pick(5)) {
            case 0:
                return pick(sizeof(Header));
            case 1:
                return segment_at(pick(header().e_phnum)) + pick(sizeof(Segment));
            case 2:
                return section_at(pick(header().e_shnum)) + pick(sizeof(Section));
            case 3:
                return at<Segment>(bytes(), find_segment(PT_NOTE)).p_offset + pick(256);
            default:
                return pick(bytes().size());
        }
    };
    std::size_t refused = 0;
    for (int round = 0; round < 3000; ++round) {
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i <= pick(4); ++i) {
            places.push_back(place_of_damage());
            const std::size_t bit = pick(9);
            const char byte = bit == 8 ? static_cast<char>(pick(256))
                                       : static_cast<char>(bytes()[places.back()] ^ (1 << bit));
            overwrite(file(), places.back(), {&byte, 1});
        }
        const std::vector<PluginReport> reports = looker.list();
        ASSERT_EQ(reports.size(), 1U);
        ASSERT_NE(reports.front().usable, !reports.front().reason.empty());
        refused += reports.front().usable ? 0 : 1;
        for (const std::size_t place : places) {
            overwrite(file(), place, {&bytes()[place], 1});
        }
    }
    EXPECT_GT(refused, 1000U);
    EXPECT_TRUE(only_report().usable) << "the damage was not undone";
}

TEST_F(ElfTest, endless_numbers_in_headers_do_not_wrap_round) {
    const std::size_t note = find_segment(PT_NOTE);
    Segment segment = at<Segment>(bytes(), note);
    segment.p_offset = ~0ULL - 3;
    write(note, segment);
    EXPECT_THAT(reason(), HasSubstr("is truncated or damaged: a segment"));
    segment.p_offset = 8;
    segment.p_filesz = ~0ULL - 7;
    write(note, segment);
    EXPECT_THAT(reason(), HasSubstr("is truncated or damaged: a segment"));

    write_file(file(), bytes());
    Header header = this->header();
    header.e_phoff = ~0ULL - 1;
    write_header(header);
    EXPECT_THAT(reason(), HasSubstr("is truncated or damaged: the table of segments"));
    header = this->header();
    header.e_shoff = ~0ULL - 1;
    write_header(header);
    EXPECT_THAT(reason(), HasSubstr("is truncated or damaged: the table of sections"));

    write_file(file(), bytes());
    Section section = at<Section>(bytes(), section_at(1));
    section.sh_size = ~0ULL;
    write(section_at(1), section);
    EXPECT_THAT(reason(), HasSubstr("is truncated or damaged: a section"));

    write_file(file(), bytes());
    const std::size_t load = find_segment(PT_LOAD);
    segment = at<Segment>(bytes(), load);
    segment.p_memsz = segment.p_filesz - 1;
    write(load, segment);
    EXPECT_THAT(reason(), HasSubstr("sizes contradict each other"));
}

TEST_F(ElfTest, a_note_that_claims_more_than_its_segment_is_damaged_or_absent) {
    const auto segment = at<Segment>(bytes(), find_segment(PT_NOTE));
    // Our note is behind the build id's, if the linker makes one; its header is three words.
    const std::size_t owner = bytes().find("EngineBay", segment.p_offset);
    ASSERT_LT(owner, segment.p_offset + segment.p_filesz);
    for (const std::uint32_t size : {0x7fffffffU, 0xffffffffU, 0x80000000U, 2048U}) {
        write(owner - 8, size);
        EXPECT_THAT(reason(), AnyOf(HasSubstr("no note"), HasSubstr("damaged"))) << size;
    }
    write_file(file(), bytes());
    write(owner - 12, std::uint32_t{0xfffffff0});
    EXPECT_THAT(reason(), AnyOf(HasSubstr("no note"), HasSubstr("damaged")));
}

TEST_F(ElfTest, garbage_in_the_notes_text_is_a_damaged_note) {
    const std::size_t text = bytes().find("contract=");
    ASSERT_NE(text, std::string::npos);
    overwrite(file(), text, "=ontract=");
    EXPECT_THAT(reason(), HasSubstr("has a damaged note"));
    overwrite(file(), text, "\x1b[2Jact=1");
    EXPECT_THAT(reason(), HasSubstr("has a damaged note (the line '?[2Jact=1"));
    overwrite(file(), text, std::string{"contract\0", 9});
    EXPECT_THAT(reason(), HasSubstr("has a damaged note (its last line is cut off)"));
    overwrite(file(), text, std::string{"\0", 1});
    EXPECT_THAT(reason(), HasSubstr("has a damaged note (no 'contract')"));
}

TEST_F(ElfTest, another_machine_is_named) {
    Header header = this->header();
    header.e_machine = header.e_machine == EM_AARCH64 ? EM_X86_64 : EM_AARCH64;
    write_header(header);
    EXPECT_THAT(reason(), HasSubstr("is built for another machine ("));
    EXPECT_THAT(reason(), HasSubstr(header.e_machine == EM_AARCH64 ? "aarch64" : "x86-64"));
    header.e_machine = 0x1234;
    write_header(header);
    EXPECT_THAT(reason(), HasSubstr("machine number 4660"));
    header = this->header();
    header.e_ident[EI_DATA] = header.e_ident[EI_DATA] == ELFDATA2LSB ? ELFDATA2MSB : ELFDATA2LSB;
    write_header(header);
    EXPECT_THAT(reason(), HasSubstr("other byte order"));
}

TEST_F(ElfTest, another_width_is_named) {
    Header header = this->header();
    header.e_ident[EI_CLASS] = header.e_ident[EI_CLASS] == ELFCLASS64 ? ELFCLASS32 : ELFCLASS64;
    write_header(header);
    EXPECT_THAT(reason(), HasSubstr("-bit programs"));
}

TEST_F(ElfTest, a_program_or_an_object_file_is_no_shared_library) {
    for (const ElfW(Half) type : {ET_EXEC, ET_REL, ET_CORE}) {
        Header header = this->header();
        header.e_type = type;
        write_header(header);
        EXPECT_THAT(reason(), HasSubstr("no shared library")) << type;
    }
}

TEST_F(ElfTest, a_file_of_debug_symbols_alone_is_refused) {
    ASSERT_EQ(run({ENGINEBAY_OBJCOPY, "--only-keep-debug", built_plugin("good").string(),
                   file().string()})
                  .exit_status,
              0);
    EXPECT_THAT(reason(), HasSubstr("a file of debug symbols alone?"));
}

}  // namespace
}  // namespace enginebay::testing
