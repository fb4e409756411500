// SPDX-License-Identifier: BSL-1.0
// PipelineMode: libpq's pipeline mode for as long as it lives.
// Threads: one thread, the connection's.
//
// In this mode libpq answers each command with its results and a null, and the synchronisation with
// a result of its own. It can be left only when all of that was read.
#pragma once

#include "libpq.hpp"

#include <sys/socket.h>

namespace enginebay::postgresql {

class PipelineMode {
public:
    explicit PipelineMode(PGconn* handle) noexcept : handle_{handle} {
        PQenterPipelineMode(handle);
    }
    PipelineMode(const PipelineMode&) = delete;
    PipelineMode& operator=(const PipelineMode&) = delete;
    ~PipelineMode() {
        if (closing_) {
            synchronise();
        }
        PQexitPipelineMode(handle_);
    }

    /// Behind the last command.
    void close() noexcept { closing_ = PQpipelineSync(handle_) != 0; }
    /// The next command's result. Null, or an error, when the connection is gone.
    [[nodiscard]] Result next() const noexcept {
        Result result;
        if (PQstatus(handle_) == CONNECTION_OK) {
            result.reset(PQgetResult(handle_));
            while (const Result end{PQgetResult(handle_)}) {}
        }
        return result;
    }

private:
    /// Reads up to the end of the pipeline, or of the connection.
    void synchronise() const noexcept {
        bool nothing = false;
        while (PQstatus(handle_) == CONNECTION_OK) {
            const Result last{PQgetResult(handle_)};
            if (PQresultStatus(last.get()) == PGRES_PIPELINE_SYNC) {
                return;
            }
            if (nothing && !last) {
                hang_up();
                return;
            }
            nothing = !last;
        }
    }
    /// After a write that failed libpq expects no more answers, not even that to the
    /// synchronisation, and still calls the connection sound. One that cannot leave this mode is
    /// of no use to anybody.
    void hang_up() const noexcept {
        ::shutdown(PQsocket(handle_), SHUT_RDWR);
        while (PQstatus(handle_) == CONNECTION_OK && PQconsumeInput(handle_) != 0) {}
    }

    PGconn* handle_;
    bool closing_{false};
};

}  // namespace enginebay::postgresql
