// SPDX-License-Identifier: BSL-1.0
// The facts in a plugin's note.
#include "host/facts.hpp"

#include "host/name.hpp"
#include "host/refusal.hpp"

#include <enginebay/plugin.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace enginebay::host {
namespace {

[[noreturn]] void refuse_note(const std::string& why) {
    throw Refusal{"has a damaged note (" + why + "): rebuild it"};
}

const std::string& need(const Facts& facts, std::string_view key) {
    const auto found = facts.find(key);
    if (found == facts.end() || found->second.empty()) {
        refuse_note("no '" + std::string{key} + "'");
    }
    return found->second;
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::uint32_t contract_of(const Facts& facts) {
    const std::string& text = need(facts, "contract");
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        refuse_note("'contract' is no number: '" + printable(text) + "'");
    }
    return number;
}

void read_capabilities(const std::string& text, PluginInfo& info) {
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        info.capability_list.push_back(text.substr(from, comma - from));
        from = comma + 1;
    }
    for (const std::string& name : info.capability_list) {
        const auto* const known =
            std::find_if(capability_names.begin(), capability_names.end(),
                         [&name](const CapabilityName& entry) { return entry.name == name; });
        if (known != capability_names.end()) {
            info.capabilities.set(known->capability, true);
        }
    }
}

}  // namespace

Facts parse_facts(std::string_view text) {
    Facts facts;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            refuse_note("its last line is cut off");
        }
        const std::string_view line = text.substr(0, end);
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos || equals == 0 || !is_printable(line)) {
            refuse_note("the line '" + printable(std::string{line}) + "'");
        }
        if (!facts.emplace(line.substr(0, equals), line.substr(equals + 1)).second) {
            refuse_note("'" + std::string{line.substr(0, equals)} + "' stands twice");
        }
        text.remove_prefix(end + 1);
    }
    return facts;
}

PluginInfo info_of(const Facts& facts) {
    PluginInfo info;
    info.contract = contract_of(facts);
    info.name = need(facts, "name");
    if (!is_plugin_name(info.name)) {
        refuse_note("the name '" + printable(info.name) + "': " + std::string{name_rule});
    }
    info.version = need(facts, "version");
    info.licence = need(facts, "licence");
    const std::string& location = need(facts, "location");
    if (location != "file" && location != "server") {
        refuse_note("'location' is '" + printable(location) + "', neither file nor server");
    }
    info.location = location == "file" ? Location::file : Location::server;
    if (const auto list = facts.find("capabilities"); list != facts.end()) {
        read_capabilities(list->second, info);
    }
    return info;
}

void check_fit(const Facts& facts) {
    struct Field {
        std::string_view key;
        std::string ours;
    };
    const std::array fields{
        Field{"contract", fmt::format("{}", plugin_contract)},
        Field{"library", std::string{fingerprint::library}},
        Field{"string_abi", std::string{fingerprint::string_abi}},
        Field{"containers", std::string{fingerprint::containers}},
        Field{"sanitizer", std::string{fingerprint::sanitizer}},
        Field{"pointer_bits", fmt::format("{}", fingerprint::pointer_bits)},
        Field{"layout", fmt::format("{:x}", fingerprint::layout)},
    };
    std::string table;
    for (const Field& field : fields) {
        const auto found = facts.find(field.key);
        const std::string theirs = found == facts.end() ? "(absent)" : printable(found->second);
        if (theirs != field.ours) {
            table += fmt::format("\n  {:<14}{:<20}{}", field.key, theirs, field.ours);
        }
    }
    if (!table.empty()) {
        throw Refusal{fmt::format("was built for another EngineBay:\n  {:<14}{:<20}{}", "field",
                                  "plugin", "this program") +
                      table + "\nrebuild it with this EngineBay, or install the one made for it"};
    }
}

}  // namespace enginebay::host
