// SPDX-License-Identifier: BSL-1.0
// guarded(): a call into a plugin, from which nothing but Error comes back.
// Threads: a pure function.
#pragma once

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <exception>
#include <string_view>

namespace enginebay {

/// Only Error leaves the core: anything else that a plugin lets through is a bug of the plugin.
template <class Fn>
decltype(auto) guarded(std::string_view what, Fn&& fn) {
    try {
        return fn();
    } catch (const Error&) {
        throw;
    } catch (const std::exception& failure) {
        throw Error(Errc::internal, fmt::format("the plugin failed in an unexpected way at {}: {}",
                                                what, failure.what()));
    } catch (...) {
        throw Error(Errc::internal,
                    fmt::format("the plugin failed in an unexpected way at {}", what));
    }
}

}  // namespace enginebay
