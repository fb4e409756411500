// SPDX-License-Identifier: BSL-1.0
// Encoder: parameters as the server wants them, without an allocation once it has warmed up.
// Threads: one thread at a time.  Ownership: borrows the bytes of texts and blobs from the caller
// until the next call of encode().
#pragma once

#include "libpq.hpp"

#include <enginebay/value.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::postgresql {

class Encoder {
public:
    /// For the types the server inferred. Throws Errc::value, naming the parameter's number, for a
    /// value that does not fit its type.
    void encode(std::span<const ValueView> parameters, std::span<const Oid> types);
    /// Without knowing the types: everything as text, the server reads it.
    void encode_as_text(std::span<const ValueView> parameters);

    [[nodiscard]] int count() const noexcept { return static_cast<int>(values_.size()); }
    [[nodiscard]] const char* const* values() const noexcept { return values_.data(); }
    [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
    [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

private:
    void start(std::size_t room);
    void add_null();
    void add_borrowed(std::string_view bytes);  // binary format
    void add_text(std::string_view text);       // text format, copied for its terminating NUL
    template <class Integer>
    void add_number(Integer value);  // binary format, network order

    void add_for_text_type(const ValueView& value, Oid type);
    void add_for_other_type(const ValueView& value, Oid type);
    void add_text_for(const ValueView& value, Oid type);
    void add_integer(std::int64_t value, Oid type);
    void add_boolean(bool value, Oid type);
    void add_real(double value, Oid type);
    void add_blob(std::span<const std::byte> value, Oid type);
    void add_timestamp(Timestamp value, Oid type);
    void add_any_as_text(const ValueView& value);
    char* take(std::size_t size);
    [[noreturn]] void refuse(std::string_view what, Oid type, std::string_view why) const;

    std::vector<char> arena_;
    std::size_t used_{0};
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
};

/// The type's name as SQL writes it, for messages; its number where it is not a common one.
std::string type_name(Oid type);

/// "2026-01-31 12:00:00.000000", UTC.
std::string timestamp_text(Timestamp value);

}  // namespace enginebay::postgresql
