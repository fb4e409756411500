// SPDX-License-Identifier: BSL-1.0
// EngineBay's note in an ELF file, read by libelf without loading the file.
#include "host/elf_file.hpp"
#include "host/refusal.hpp"

#include <enginebay/plugin.hpp>

#include <gelf.h>
#include <libelf.h>

#include <memory>
#include <optional>

namespace enginebay::host {
namespace {

constexpr std::size_t longest_note = 64 * 1024;

struct ElfEnd {
    void operator()(Elf* elf) const noexcept { elf_end(elf); }
};

[[noreturn]] void refuse_damaged() {
    const char* const why = elf_errmsg(-1);
    throw Refusal{std::string{"is damaged: its notes cannot be read"} +
                  (why != nullptr ? " (" + std::string{why} + ")" : "") + "; copy it again"};
}

std::string text_of(const Elf_Data& data, const GElf_Nhdr& note, std::size_t at) {
    const std::string_view text{static_cast<const char*>(data.d_buf) + at, note.n_descsz};
    return std::string{text.substr(0, text.find('\0'))};
}

/// gelf_getnote() has checked that name and text lie inside `data`.
bool is_ours(const Elf_Data& data, const GElf_Nhdr& note, std::size_t name_at) {
    const std::string_view owner{static_cast<const char*>(data.d_buf) + name_at, note.n_namesz};
    return note.n_type == plugin_note_type && owner.size() == plugin_note_owner.size() + 1 &&
           owner.substr(0, plugin_note_owner.size()) == plugin_note_owner && owner.back() == '\0';
}

void collect(Elf* elf, const GElf_Phdr& segment, std::optional<std::string>& found) {
    if (segment.p_filesz > longest_note) {
        throw Refusal{"is damaged: its notes are " + std::to_string(segment.p_filesz) +
                      " bytes long; copy it again"};
    }
    const Elf_Type type = segment.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR;
    Elf_Data* const data = elf_getdata_rawchunk(elf, static_cast<std::int64_t>(segment.p_offset),
                                                segment.p_filesz, type);
    if (data == nullptr || data->d_buf == nullptr) {
        refuse_damaged();
    }
    GElf_Nhdr note{};
    std::size_t name_at = 0;
    std::size_t text_at = 0;
    for (std::size_t at = 0; (at = gelf_getnote(data, at, &note, &name_at, &text_at)) > 0;) {
        if (!is_ours(*data, note, name_at)) {
            continue;
        }
        if (found) {
            throw Refusal{"has more than one EngineBay note: it was linked from several plugins"};
        }
        found = text_of(*data, note, text_at);
    }
}

}  // namespace

std::string read_note(const PluginFile& file) {
    elf_version(EV_CURRENT);
    const std::unique_ptr<Elf, ElfEnd> elf{elf_begin(file.descriptor(), ELF_C_READ, nullptr)};
    std::size_t segments = 0;
    if (!elf || elf_getphdrnum(elf.get(), &segments) != 0) {
        refuse_damaged();
    }
    std::optional<std::string> found;
    for (std::size_t i = 0; i < segments; ++i) {
        GElf_Phdr segment{};
        if (gelf_getphdr(elf.get(), static_cast<int>(i), &segment) == nullptr) {
            refuse_damaged();
        }
        if (segment.p_type == PT_NOTE && segment.p_filesz > 0) {
            collect(elf.get(), segment, found);
        }
    }
    if (!found) {
        throw Refusal{
            "is a shared library but no EngineBay plugin: it has no note .note.enginebay; build it "
            "with enginebay_add_plugin() and ENGINEBAY_PLUGIN()"};
    }
    return *found;
}

}  // namespace enginebay::host
