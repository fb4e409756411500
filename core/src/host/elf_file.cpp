// SPDX-License-Identifier: BSL-1.0
// Whether a file is a whole ELF shared library of this machine.
#include "host/elf_file.hpp"

#include "host/refusal.hpp"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

// The linker's name for this library's own ELF header: what a plugin's must agree with.
extern "C" [[gnu::visibility("hidden")]] const ElfW(Ehdr) __ehdr_start;  // NOLINT

namespace enginebay::host {
namespace {

using Header = ElfW(Ehdr);
using Segment = ElfW(Phdr);
using Section = ElfW(Shdr);

std::string machine_name(unsigned machine) {
    struct Known {
        unsigned number;
        const char* name;
    };
    constexpr std::array known{Known{EM_386, "i386"},      Known{EM_ARM, "arm"},
                               Known{EM_X86_64, "x86-64"}, Known{EM_AARCH64, "aarch64"},
                               Known{EM_PPC64, "ppc64"},   Known{EM_S390, "s390"},
                               Known{EM_RISCV, "risc-v"}};
    const auto* const found = std::find_if(
        known.begin(), known.end(), [machine](const Known& k) { return k.number == machine; });
    return found != known.end() ? found->name : "machine number " + std::to_string(machine);
}

bool inside(std::uint64_t offset, std::uint64_t size, std::uint64_t file_size) noexcept {
    return offset <= file_size && size <= file_size - offset;
}

[[noreturn]] void refuse_truncated(const std::string& what, std::uint64_t offset,
                                   std::uint64_t size, std::uint64_t file_size) {
    throw Refusal{"is truncated or damaged: " + what + " of " + std::to_string(size) +
                  " bytes at " + std::to_string(offset) + " leaves the file of " +
                  std::to_string(file_size) + " bytes; copy it again"};
}

template <class T>
std::vector<T> read_table(const PluginFile& file, std::uint64_t offset, std::size_t count,
                          const std::string& what) {
    const std::uint64_t bytes = sizeof(T) * count;
    if (!inside(offset, bytes, file.size())) {
        refuse_truncated(what, offset, bytes, file.size());
    }
    std::vector<T> table(count);
    file.read(offset, std::as_writable_bytes(std::span{table}));
    return table;
}

void check_machine(const Header& header) {
    const Header& own = __ehdr_start;
    if (header.e_ident[EI_CLASS] != own.e_ident[EI_CLASS]) {
        const bool narrow = header.e_ident[EI_CLASS] == ELFCLASS32;
        throw Refusal{std::string{"is built for "} + (narrow ? "32" : "64") +
                      "-bit programs, this one has " + std::to_string(sizeof(void*) * 8) +
                      " bits: build it for this machine"};
    }
    if (header.e_ident[EI_DATA] != own.e_ident[EI_DATA] || header.e_machine != own.e_machine) {
        const bool order = header.e_ident[EI_DATA] != own.e_ident[EI_DATA];
        throw Refusal{"is built for another machine (" +
                      (order ? std::string{"other byte order"} : machine_name(header.e_machine)) +
                      "), this one is " + machine_name(own.e_machine) +
                      ": build it for this machine"};
    }
}

Header read_header(const PluginFile& file) {
    Header header{};
    const std::size_t there = std::min<std::uint64_t>(file.size(), sizeof header);
    file.read(0, std::as_writable_bytes(std::span{&header, 1}).first(there));
    if (there < SELFMAG || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
        throw Refusal{"is no ELF file: a plugin is a shared library"};
    }
    if (there < sizeof header) {
        refuse_truncated("the ELF header", 0, sizeof header, file.size());
    }
    check_machine(header);
    if (header.e_ident[EI_VERSION] != EV_CURRENT || header.e_version != EV_CURRENT ||
        header.e_ehsize != sizeof(Header)) {
        throw Refusal{"is damaged: its ELF header contradicts itself; copy it again"};
    }
    if (header.e_type != ET_DYN) {
        throw Refusal{"is an ELF file but no shared library"};
    }
    return header;
}

void check_segments(const PluginFile& file, const Header& header) {
    if (header.e_phnum == 0 || header.e_phnum == PN_XNUM || header.e_phentsize != sizeof(Segment)) {
        throw Refusal{"is damaged: it has no table of segments that can be read; copy it again"};
    }
    bool loads = false;
    bool dynamic = false;
    for (const Segment& segment :
         read_table<Segment>(file, header.e_phoff, header.e_phnum, "the table of segments")) {
        if (segment.p_type == PT_NULL) {
            continue;
        }
        if (!inside(segment.p_offset, segment.p_filesz, file.size())) {
            refuse_truncated("a segment", segment.p_offset, segment.p_filesz, file.size());
        }
        if (segment.p_type == PT_LOAD && (segment.p_filesz > segment.p_memsz ||
                                          segment.p_vaddr + segment.p_memsz < segment.p_vaddr)) {
            throw Refusal{"is damaged: a segment's sizes contradict each other; copy it again"};
        }
        loads = loads || segment.p_type == PT_LOAD;
        dynamic = dynamic || (segment.p_type == PT_DYNAMIC && segment.p_filesz > 0);
    }
    if (!loads || !dynamic) {
        throw Refusal{"has nothing that can be loaded (a file of debug symbols alone?)"};
    }
}

void check_sections(const PluginFile& file, const Header& header) {
    if (header.e_shoff == 0 && header.e_shnum == 0) {
        return;  // sections are for tools; a library may come without any
    }
    if (header.e_shnum == 0 || header.e_shentsize != sizeof(Section)) {
        throw Refusal{"is damaged: its table of sections cannot be read; copy it again"};
    }
    for (const Section& section :
         read_table<Section>(file, header.e_shoff, header.e_shnum, "the table of sections")) {
        const bool in_file = section.sh_type != SHT_NULL && section.sh_type != SHT_NOBITS;
        if (in_file && !inside(section.sh_offset, section.sh_size, file.size())) {
            refuse_truncated("a section", section.sh_offset, section.sh_size, file.size());
        }
    }
}

}  // namespace

void check_elf(const PluginFile& file) {
    const Header header = read_header(file);
    check_segments(file, header);
    check_sections(file, header);
}

}  // namespace enginebay::host
