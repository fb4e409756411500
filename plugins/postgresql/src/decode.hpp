// SPDX-License-Identifier: BSL-1.0
// Decoder: one cell of a result as a ValueView.
// Threads: pure functions.  Ownership: views into the result, or into the scratch text given.
#pragma once

#include "libpq.hpp"

#include <enginebay/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace enginebay::postgresql {

/// How a column's bytes are read: the binary forms, then the text forms.
enum class Decoder : std::uint8_t {
    as_is,  ///< text in either form
    bool_,
    int2,
    int4,
    int8,
    oid,
    float4,
    float8,
    bytes,
    instant,
    uuid,
    jsonb,
    text_bool,
    text_integer,
    text_real,
    text_bytes,
    text_instant,
    text_array_of_texts,
    text_array_of_integers,
};

/// The reader of a type's binary form; nothing where this plugin has none.
std::optional<Decoder> binary_decoder(Oid type) noexcept;
/// The reader of a type's text form; as_is for all it has no better kind for.
Decoder text_decoder(Oid type) noexcept;

/// Throws Errc::value for what no ValueView can say (infinity as a timestamp).
ValueView decode(Decoder decoder, std::string_view bytes, std::string& scratch);

}  // namespace enginebay::postgresql
