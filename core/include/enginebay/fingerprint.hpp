// SPDX-License-Identifier: BSL-1.0
// What really breaks when plugin and core were built differently, as text computed by the compiler.
// Threads: constants.
//
// Not the compiler's name: two compilers with one C++ library and one layout work together. What is
// here: the C++ library, its string ABI, its debug containers, pointer size, sanitizers, and a hash
// over the sizes and offsets of every type that crosses the border.
#pragma once

#include <enginebay/capabilities.hpp>
#include <enginebay/config.hpp>
#include <enginebay/engine.hpp>
#include <enginebay/error.hpp>
#include <enginebay/operation.hpp>
#include <enginebay/schema.hpp>
#include <enginebay/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace enginebay::fingerprint {

#if defined(_LIBCPP_VERSION)
inline constexpr std::string_view library = "libc++";
#elif defined(__GLIBCXX__)
inline constexpr std::string_view library = "libstdc++";
#else
inline constexpr std::string_view library = "unknown";
#endif

#if defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
inline constexpr std::string_view string_abi = "cxx11";
#else
inline constexpr std::string_view string_abi = "old";
#endif

#if defined(_GLIBCXX_DEBUG)
inline constexpr std::string_view containers = "debug";
#else
inline constexpr std::string_view containers = "plain";
#endif

#if defined(__has_feature)
#define ENGINEBAY_HAS_FEATURE(x) __has_feature(x)
#else
#define ENGINEBAY_HAS_FEATURE(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || ENGINEBAY_HAS_FEATURE(address_sanitizer)
inline constexpr std::string_view sanitizer = "address";
#elif defined(__SANITIZE_THREAD__) || ENGINEBAY_HAS_FEATURE(thread_sanitizer)
inline constexpr std::string_view sanitizer = "thread";
#else
inline constexpr std::string_view sanitizer = "none";
#endif
#undef ENGINEBAY_HAS_FEATURE

inline constexpr std::size_t pointer_bits = sizeof(void*) * 8;

namespace detail {

// FNV-1a over 64-bit words: a check on layout, not a secret.
class Hash {
public:
    constexpr Hash& add(std::uint64_t word) noexcept {
        for (int byte = 0; byte < 8; ++byte) {
            value_ = (value_ ^ ((word >> (8 * byte)) & 0xffU)) * 0x100000001b3U;
        }
        return *this;
    }
    template <class T>
    constexpr Hash& type() noexcept {
        return add(sizeof(T)).add(alignof(T));
    }
    [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }

private:
    std::uint64_t value_{0xcbf29ce484222325U};
};

// offsetof on types that are not of standard layout is conditionally supported; every compiler this
// project names supports it, and asks only for the warning to be silenced.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
constexpr std::uint64_t layout() noexcept {
    Hash hash;
    hash.type<ValueView>().type<Value>().type<Error>().type<Capabilities>();
    hash.type<DatabaseConfig>()
        .add(offsetof(DatabaseConfig, product))
        .add(offsetof(DatabaseConfig, path))
        .add(offsetof(DatabaseConfig, host))
        .add(offsetof(DatabaseConfig, port))
        .add(offsetof(DatabaseConfig, dbname))
        .add(offsetof(DatabaseConfig, user))
        .add(offsetof(DatabaseConfig, password))
        .add(offsetof(DatabaseConfig, pool))
        .add(offsetof(DatabaseConfig, options))
        .add(offsetof(DatabaseConfig, written_at));
    hash.type<PoolConfig>().add(offsetof(PoolConfig, timeout)).add(offsetof(PoolConfig, recycle));
    hash.type<Column>()
        .add(offsetof(Column, type))
        .add(offsetof(Column, nullable))
        .add(offsetof(Column, fallback))
        .add(offsetof(Column, native))
        .add(offsetof(Column, renamed_from));
    hash.type<Table>()
        .add(offsetof(Table, columns))
        .add(offsetof(Table, primary_key))
        .add(offsetof(Table, uniques))
        .add(offsetof(Table, checks))
        .add(offsetof(Table, foreign_keys))
        .add(offsetof(Table, indexes))
        .add(offsetof(Table, search_indexes))
        .add(offsetof(Table, renamed_from));
    hash.type<Index>().add(offsetof(Index, columns)).add(offsetof(Index, where));
    hash.type<IndexColumn>().add(offsetof(IndexColumn, descending));
    hash.type<ForeignKey>()
        .add(offsetof(ForeignKey, referenced))
        .add(offsetof(ForeignKey, on_delete));
    hash.type<SearchIndex>().add(offsetof(SearchIndex, key)).add(offsetof(SearchIndex, triggers));
    hash.type<Schema>().type<StructureFact>().add(offsetof(StructureFact, definition));
    hash.type<Operation>().type<Execute>().add(offsetof(Execute, skip));
    hash.type<LockOptions>()
        .add(offsetof(LockOptions, on_loss))
        .add(offsetof(LockOptions, loss_bound));
    hash.type<LockAttempt>().type<LockHolder>().add(offsetof(LockHolder, what));
    hash.type<CheckpointResult>().type<EffectiveSetting>();
    hash.type<Engine>().type<Connection>().type<Cursor>().type<Migrator>().type<InstanceLock>();
    return hash.value();
}
#pragma GCC diagnostic pop

}  // namespace detail

/// Changes when any type of the border changes its shape.
inline constexpr std::uint64_t layout = detail::layout();

}  // namespace enginebay::fingerprint
