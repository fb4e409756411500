// SPDX-License-Identifier: BSL-1.0
// A candidate as an ELF file: whether it is a whole one of this machine, and the note in it.
// Nothing of the file is mapped or run.
#pragma once

#include "host/plugin_file.hpp"

#include <string>

namespace enginebay::host {

/// Throws Refusal unless it is a shared library of this machine whose headers, segments and
/// sections all lie inside the file. dlopen trusts them: one that ends early kills the process
/// there.
void check_elf(const PluginFile& file);

/// The text of EngineBay's note. Throws Refusal where there is none or several. Only for a file
/// that check_elf() has passed.
std::string read_note(const PluginFile& file);

}  // namespace enginebay::host
