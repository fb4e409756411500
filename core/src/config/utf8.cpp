// SPDX-License-Identifier: BSL-1.0
// Walks a text by its characters.
#include "config/utf8.hpp"

#include <Poco/UTF8Encoding.h>

namespace enginebay::config {

std::size_t first_invalid_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        const auto* bytes = reinterpret_cast<const unsigned char*>(text.data() + at);
        if (text.size() - at < length ||
            !Poco::UTF8Encoding::isLegal(bytes, static_cast<int>(length))) {
            return at;
        }
        at += length;
    }
    return std::string_view::npos;
}

}  // namespace enginebay::config
