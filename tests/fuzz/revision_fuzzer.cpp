// SPDX-License-Identifier: BSL-1.0
// libFuzzer: bytes as a revision file. Whatever they are, they are read or refused with a place in
// the file; what is read can be written, and reads back as the same.
#include "migration/checksum.hpp"
#include "migration/revision_file.hpp"
#include "migration/write_revision.hpp"
#include "yaml/document.hpp"

#include <enginebay/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace {

using enginebay::Errc;
using enginebay::Error;

[[noreturn]] void fault(const std::string& what) {
    std::cerr << "fault: " << what << '\n';
    std::abort();
}

void refused(const Error& error) {
    if (error.code() != Errc::input) {
        fault("refused as something else: " + std::string{error.what()});
    }
    if (!error.where().starts_with("0001_x.yaml:")) {
        fault("no place in the file: " + std::string{error.what()});
    }
}

/// What the writer says of the operations must mean what was read.
void write_and_read(const enginebay::Revision& revision) {
    enginebay::yaml::Item list = enginebay::yaml::Item::list();
    for (const enginebay::Operation& operation : revision.upgrade) {
        list.add(enginebay::migration::written(operation));
    }
    enginebay::yaml::Item root = enginebay::yaml::Item::map();
    root.set("revision", enginebay::yaml::Item::word("0001_x"));
    root.set("message", enginebay::yaml::Item::text(revision.message));
    root.set("irreversible", enginebay::yaml::Item::word("x"));
    root.set("upgrade", revision.upgrade.empty() ? list : list.open());
    const std::string text = root.document();
    try {
        const enginebay::Revision again = enginebay::migration::read_revision(
            enginebay::yaml::parse(text, "0001_x.yaml", Errc::input), "0001_x.yaml");
        if (again.upgrade != revision.upgrade || again.message != revision.message) {
            fault("written otherwise than read:\n" + text);
        }
    } catch (const Error& error) {
        fault(std::string{"what was written is refused: "} + error.what() + "\n" + text);
    }
}

}  // namespace

// Most inputs end in an exception, and at each of them the sanitizer sweeps its fake stacks: a
// fifth of the time, for a kind of fault that the ordinary tests look for.
extern "C" const char* __asan_default_options();   // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __asan_default_options() {  // NOLINT(bugprone-reserved-identifier)
    return "detect_stack_use_after_return=0";
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    try {
        const enginebay::Revision revision = enginebay::migration::read_revision(
            enginebay::yaml::parse(text, "0001_x.yaml", Errc::input), "0001_x.yaml");
        write_and_read(revision);
    } catch (const Error& error) {
        refused(error);
    }
    return 0;
}
