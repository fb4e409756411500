// SPDX-License-Identifier: BSL-1.0
// The name under which a connection gives out its Poco session: "poco/1.11" for Poco 1.11.
// Both sides build it from the Poco they were compiled with, so that two different ones never meet.
// Threads: a constant.
#pragma once

#include <Poco/Version.h>

#include <string>

namespace enginebay::sqlite {

inline const std::string& poco_extension() {
    constexpr unsigned version = POCO_VERSION;
    static const std::string name = "poco/" + std::to_string((version >> 24U) & 0xffU) + "." +
                                    std::to_string((version >> 16U) & 0xffU);
    return name;
}

}  // namespace enginebay::sqlite
