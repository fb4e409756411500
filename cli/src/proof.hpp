// SPDX-License-Identifier: BSL-1.0
// Proof: every revision of a history, and the whole of it on an empty database, killed at every
// call that reaches the database, and run again. Threads: one.
#pragma once

#include "prove_database.hpp"

#include <enginebay/migrations.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace enginebay::cli {

struct ProvenRevision {
    std::string revision;       ///< empty: all of them on an empty database
    std::size_t boundaries{0};  ///< so many times a child was killed
    std::size_t before{0};      ///< the database was as before the revision
    std::size_t after{0};       ///< as after it
    std::size_t between{0};     ///< between two revisions, or steps of one not transactional
    std::int64_t rows{0};       ///< that had to survive
    std::vector<std::string> faults;
};

class Proof {
public:
    Proof(Program& program, std::int64_t rows);

    /// One revision after the other, then all at once if they have one head; calls `told` after
    /// each. Throws Errc::cancelled soon after an interrupt.
    void run(const std::function<void(const ProvenRevision&)>& told);

private:
    struct State {
        Structure structure;
        std::map<std::string, std::int64_t> rows;
        bool operator==(const State&) const = default;
    };

    ProvenRevision prove(const Revision& revision);
    ProvenRevision prove_all();
    /// Runs `upgrade` on the victim in a child that must be killed at that call.
    bool killed_at(const std::string& target, std::size_t call, ProvenRevision& result);
    void look_at_all(std::size_t call, const Structure& all, ProvenRevision& result);
    void kill_at(const Revision& revision, std::size_t call, ProvenRevision& result);
    void look(const Revision& revision, std::size_t call, ProvenRevision& result);
    void finish(const Revision& revision, ProvenRevision& result);

    std::size_t upgrade(ScratchDatabase& database, const std::string& target,
                        std::size_t fatal = 0);
    void fill(ScratchDatabase& database, std::size_t number);
    void build_anew();
    State state_of(ScratchDatabase& database, const Schema& schema);

    Program& program_;
    MigrationSet set_;
    std::int64_t rows_;
    ScratchDatabase reference_;
    ScratchDatabase victim_;
    std::size_t number_{0};  ///< of the revision at work
    Schema before_schema_;
    Schema after_schema_;
    State before_;
    State after_;
    std::vector<Structure> known_;  ///< after each revision
    bool spoilt_{false};            ///< the victim is beyond where the next kill begins
};

}  // namespace enginebay::cli
