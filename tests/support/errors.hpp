// SPDX-License-Identifier: BSL-1.0
// What a call fails with, for tests.
#pragma once

#include <enginebay/error.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace enginebay::testing {

/// The error that it throws; fails the test where none comes.
template <class Call>
Error error_of(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no error came";
    return Error{Errc::internal, "none"};
}

template <class Call>
Errc code_of(Call&& call) {
    return error_of(call).code();
}

inline bool says(const Error& error, std::string_view words) {
    return std::string_view{error.what()}.find(words) != std::string_view::npos;
}

}  // namespace enginebay::testing
