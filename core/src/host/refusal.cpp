// SPDX-License-Identifier: BSL-1.0
// Texts that go into refusals.
#include "host/refusal.hpp"

#include <system_error>

namespace enginebay::host {

std::string printable(std::string text, std::size_t longest) {
    if (text.size() > longest) {
        text.resize(longest);
        text += "...";
    }
    for (char& c : text) {
        if (c < ' ' || c > '~') {
            c = '?';
        }
    }
    return text;
}

std::string system_text(int error) { return std::generic_category().message(error); }

}  // namespace enginebay::host
