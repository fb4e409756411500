// SPDX-License-Identifier: BSL-1.0
// What a call fails with, for tests.
#pragma once

#include <enginebay/error.hpp>

#include <gtest/gtest.h>

namespace enginebay::testing {

/// The code of the error that it throws; fails the test where none comes.
template <class Call>
Errc code_of(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "no error came";
    return Errc::internal;
}

}  // namespace enginebay::testing
