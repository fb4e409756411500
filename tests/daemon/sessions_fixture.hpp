// SPDX-License-Identifier: BSL-1.0
// SessionsTest: sessions of a store on a fresh database, and the events they bring.
#pragma once

#include "daemon/store_fixture.hpp"

#include <string>
#include <vector>

namespace enginebay::testing {

class SessionsTest : public StoreTest {
protected:
    teleclaude::Sessions& sessions() { return store_->sessions(); }

    teleclaude::SessionRow create(const std::string& id, const std::string& title = {}) {
        teleclaude::NewSession session;
        session.session_id = id;
        session.computer_name = "here";
        session.title = title;
        return sessions().create(session);
    }
    static std::vector<std::string> ids(const std::vector<teleclaude::SessionRow>& rows) {
        std::vector<std::string> ids;
        for (const teleclaude::SessionRow& row : rows) {
            ids.push_back(row.session_id);
        }
        return ids;
    }
    /// From here on each event is in events_.
    void watch() {
        sessions().observe(
            [this](const teleclaude::SessionEvent& event) { events_.push_back(event); });
    }

    std::vector<teleclaude::SessionEvent> events_;
};

}  // namespace enginebay::testing
