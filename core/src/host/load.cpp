// SPDX-License-Identifier: BSL-1.0
// Loads a plugin. The only file that knows Boost.DLL.
#include "host/load.hpp"

#include "host/refusal.hpp"

#include <boost/dll/shared_library.hpp>

#include <string_view>
#include <vector>

namespace enginebay::host {
namespace {

constexpr const char* descriptor_symbol = "enginebay_plugin";

/// Nothing loaded is ever unloaded: dlclose promises nothing, and engines, exceptions and
/// thread-local destructors may still need the code. On the heap and never freed, so that no static
/// destructor unloads it either; reachable, so that no leak is reported.
void pin(boost::dll::shared_library library) {
    static auto& pinned = *new std::vector<boost::dll::shared_library>;
    pinned.push_back(std::move(library));
}

boost::dll::shared_library open_library(const std::string& path) {
    // Now, not lazily: a missing symbol is to be found here and not at its first call. The form
    // that throws: the one with an error code loses the text of dlerror.
    try {
        return boost::dll::shared_library{
            path, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local};
    } catch (const boost::dll::fs::system_error& error) {
        throw Refusal{explain_dlerror(error.what(), path)};
    }
}

void check_descriptor(const PluginDescriptor& descriptor, const Verified& candidate) {
    const auto refuse = [](const std::string& what) {
        throw Refusal{"contradicts itself: " + what + "; rebuild it"};
    };
    if (descriptor.contract != candidate.info.contract) {
        refuse("the descriptor says contract " + std::to_string(descriptor.contract) +
               ", the note " + std::to_string(candidate.info.contract));
    }
    if (descriptor.size != sizeof(PluginDescriptor)) {
        refuse("its descriptor has " + std::to_string(descriptor.size) + " bytes, contract " +
               std::to_string(plugin_contract) + " has " +
               std::to_string(sizeof(PluginDescriptor)));
    }
    if (descriptor.facts == nullptr || descriptor.facts_size != candidate.note.size() ||
        std::string_view{descriptor.facts, descriptor.facts_size} != candidate.note) {
        refuse("the facts in its descriptor are not those in its note");
    }
    if (descriptor.open == nullptr) {
        refuse("its descriptor has no function that opens an engine");
    }
}

}  // namespace

std::mutex& loading() noexcept {
    static std::mutex mutex;
    return mutex;
}

const PluginDescriptor& load(const Verified& candidate) {
    candidate.file->require_unchanged();
    boost::dll::shared_library library = open_library(candidate.file->path().string());
    if (!library.has(descriptor_symbol)) {
        pin(std::move(library));
        throw Refusal{
            "has the note of a plugin but exports no 'enginebay_plugin': build it with "
            "enginebay_add_plugin()"};
    }
    const auto& descriptor = library.get<const PluginDescriptor>(descriptor_symbol);
    pin(std::move(library));
    candidate.file->require_unchanged();
    check_descriptor(descriptor, candidate);
    return descriptor;
}

}  // namespace enginebay::host
