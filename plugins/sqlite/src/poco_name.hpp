// SPDX-License-Identifier: BSL-1.0
// The name under which a connection gives out its Poco session: "poco/1.11" for Poco 1.11.
// Both sides build it from the Poco they were compiled with, so that two different ones never meet.
// Threads: a constant.
#pragma once

#include <Poco/Version.h>

#include <array>
#include <string_view>

namespace enginebay::sqlite {

namespace detail {

constexpr unsigned poco_major = (POCO_VERSION >> 24U) & 0xffU;
constexpr unsigned poco_minor = (POCO_VERSION >> 16U) & 0xffU;
static_assert(poco_major < 10 && poco_minor < 100);

constexpr std::array<char, 9> poco_text{'p',
                                        'o',
                                        'c',
                                        'o',
                                        '/',
                                        static_cast<char>('0' + poco_major),
                                        '.',
                                        static_cast<char>('0' + poco_minor / 10),
                                        static_cast<char>('0' + poco_minor % 10)};

}  // namespace detail

/// Two digits for the minor number: "poco/1.11".
inline constexpr std::string_view poco_extension{detail::poco_text.data(),
                                                 detail::poco_text.size()};

}  // namespace enginebay::sqlite
