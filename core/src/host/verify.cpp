// SPDX-License-Identifier: BSL-1.0
// Verification in order: name, file, permissions, ELF, hash, note.
#include "host/verify.hpp"

#include "host/digest.hpp"
#include "host/elf_file.hpp"
#include "host/facts.hpp"
#include "host/name.hpp"
#include "host/permissions.hpp"
#include "host/refusal.hpp"

namespace enginebay::host {

Verified verify(const std::filesystem::path& path, PluginInfo* info) {
    const std::string stem = path.stem().string();
    if (path.extension() != ".so" || !is_plugin_name(stem)) {
        throw Refusal{"is not named like a plugin, '<name>.so': " + std::string{name_rule}};
    }
    Verified result;
    result.file = std::make_unique<PluginFile>(path);
    result.warning = check_permissions(*result.file);
    check_elf(*result.file);
    check_digest(*result.file);
    result.note = read_note(*result.file);

    const Facts facts = parse_facts(result.note);
    result.info = info_of(facts);
    if (info != nullptr) {
        *info = result.info;
    }
    check_fit(facts);
    if (result.info.name != stem) {
        throw Refusal{"is the plugin '" + result.info.name + "' under another name: call it " +
                      result.info.name + ".so"};
    }
    return result;
}

}  // namespace enginebay::host
