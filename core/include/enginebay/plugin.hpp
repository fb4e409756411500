// SPDX-License-Identifier: BSL-1.0
// The descriptor a plugin exports, the note it carries, and the one macro that makes both.
// Threads: constants, except PluginDescriptor::open, which any thread may call.
//
// A plugin is one shared library `<name>.so`. Its facts stand twice: in the ELF note
// `.note.enginebay`, which the host reads from the file before any code of it runs, and in the
// descriptor, which must agree. Both are made from one text at compile time.
//
// For an author of a backend:
//   1. Write an Engine (engine.hpp) and what it makes.
//   2. In one source file:
//          std::unique_ptr<enginebay::Engine> open(const enginebay::DatabaseConfig& config);
//          ENGINEBAY_PLUGIN(mybase, "1.0.0", "BSL-1.0", enginebay::Location::server,
//                           (enginebay::Capabilities{enginebay::Capability::full_text}), open)
//   3. Build it with the CMake function enginebay_add_plugin(mybase SOURCES ... LINK ...).
//   4. `enginebay plugins check ./mybase.so` tells whether a host would take it.
//   5. Run the conformance suite.
#pragma once

#include <enginebay/capabilities.hpp>
#include <enginebay/config.hpp>
#include <enginebay/engine.hpp>
#include <enginebay/fingerprint.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace enginebay {

/// The contract's one number. Until 1.0 a plugin's must equal the core's.
inline constexpr std::uint32_t plugin_contract = 1;

/// The note's owner and type.
inline constexpr std::string_view plugin_note_owner = "EngineBay";
inline constexpr std::uint32_t plugin_note_type = 1;

/// The exported data. The first fields never move: a host looks at them before anything else.
struct PluginDescriptor {
    std::uint32_t contract;
    std::uint32_t size;  ///< sizeof(PluginDescriptor) of the build that made it
    const char* facts;   ///< the note's text: lines `key=value`
    std::uint64_t facts_size;
    /// Makes an engine; throws Error. Never returns null.
    std::unique_ptr<Engine> (*open)(const DatabaseConfig& config);
};

namespace plugin_detail {

inline constexpr std::size_t facts_capacity = 1024;

/// The text of a plugin's facts, zero-padded.
class Facts {
public:
    consteval Facts& line(std::string_view key, std::string_view value) {
        append(key);
        append("=");
        append(value);
        append("\n");
        return *this;
    }
    consteval Facts& line(std::string_view key, std::uint64_t value, unsigned base) {
        std::array<char, 24> digits{};
        std::size_t at = digits.size();
        do {
            digits[--at] = "0123456789abcdef"[value % base];
            value /= base;
        } while (value != 0);
        return line(key, std::string_view{digits.data() + at, digits.size() - at});
    }
    consteval Facts& line(std::string_view key, Capabilities capabilities) {
        append(key);
        append("=");
        bool first = true;
        for (const CapabilityName& entry : capability_names) {
            if (capabilities.has(entry.capability)) {
                if (!first) {
                    append(",");
                }
                append(entry.name);
                first = false;
            }
        }
        append("\n");
        return *this;
    }

    std::array<char, facts_capacity> text{};
    std::size_t size{0};

private:
    consteval void append(std::string_view piece) {
        for (const char c : piece) {
            text.at(size++) = c;  // too long: a compile error here
        }
    }
};

consteval Facts make_facts(std::string_view name, std::string_view version,
                           std::string_view licence, Location location, Capabilities capabilities) {
    Facts facts;
    facts.line("contract", plugin_contract, 10)
        .line("name", name)
        .line("version", version)
        .line("licence", licence)
        .line("location", location == Location::file ? "file" : "server")
        .line("capabilities", capabilities)
        .line("library", fingerprint::library)
        .line("string_abi", fingerprint::string_abi)
        .line("containers", fingerprint::containers)
        .line("sanitizer", fingerprint::sanitizer)
        .line("pointer_bits", fingerprint::pointer_bits, 10)
        .line("layout", fingerprint::layout, 16);
    return facts;
}

/// An ELF note as it stands in the file.
struct alignas(4) Note {
    std::uint32_t owner_size;
    std::uint32_t text_size;
    std::uint32_t type;
    std::array<char, 12> owner;
    std::array<char, facts_capacity> text;
};

consteval Note make_note(const Facts& facts) {
    Note note{static_cast<std::uint32_t>(plugin_note_owner.size() + 1),
              facts_capacity,
              plugin_note_type,
              {},
              facts.text};
    for (std::size_t i = 0; i < plugin_note_owner.size(); ++i) {
        note.owner.at(i) = plugin_note_owner[i];
    }
    return note;
}

}  // namespace plugin_detail

}  // namespace enginebay

// The one macro: data definitions with fixed names cannot come from a function.
#define ENGINEBAY_PLUGIN(name, version, licence, location, capabilities, open_function)          \
    namespace {                                                                                  \
    constexpr auto enginebay_facts =                                                             \
        ::enginebay::plugin_detail::make_facts(#name, version, licence, location, capabilities); \
    [[gnu::section(".note.enginebay"), gnu::aligned(4),                                          \
      gnu::used]] constexpr ::enginebay::plugin_detail::Note enginebay_note =                    \
        ::enginebay::plugin_detail::make_note(enginebay_facts);                                  \
    }                                                                                            \
    extern "C"                                                                                   \
        [[gnu::visibility("default")]] const ::enginebay::PluginDescriptor enginebay_plugin;     \
    const ::enginebay::PluginDescriptor enginebay_plugin{                                        \
        ::enginebay::plugin_contract, sizeof(::enginebay::PluginDescriptor),                     \
        enginebay_facts.text.data(), enginebay_facts.size, (open_function)};
