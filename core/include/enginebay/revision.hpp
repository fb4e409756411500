// SPDX-License-Identifier: BSL-1.0
// A revision: one step of the schema's history, as one file describes it.
// Threads: plain values.
#pragma once

#include <enginebay/operation.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace enginebay {

struct Revision {
    std::string id;
    std::vector<std::string> parents;   ///< none: the base; several: a merge
    std::vector<std::string> replaces;  ///< older revisions this one stands for
    std::string message;
    std::vector<std::string> backends;  ///< empty: all
    std::vector<Operation> upgrade;
    std::vector<Operation> downgrade;
    /// The line in `file` of each operation of `upgrade`, for messages; may be empty.
    std::vector<std::uint32_t> upgrade_lines;
    std::vector<std::uint32_t> downgrade_lines;  ///< the same of `downgrade`
    /// False: each step is committed by itself, and an interrupted run goes on at the next one.
    bool transactional{true};
    std::string irreversible;  ///< why there is no downgrade; empty where there is one
    std::string checksum;      ///< of the meaning: the same after reformatting and other comments
    std::string file;          ///< where it was read, for messages
    /// The line in `file` of each of `parents`; may be empty.
    std::vector<std::uint32_t> parent_lines;
    /// What lint need not say of this revision: the rule, and why.
    std::map<std::string, std::string> allow{};
};

}  // namespace enginebay
