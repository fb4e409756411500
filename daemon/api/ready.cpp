// SPDX-License-Identifier: BSL-1.0
// GET /ready: whether requests are welcome: started, not ending, lock held.
#include "api/health.hpp"

#include <utility>

namespace teleclaude {

Resource ready_resource(HealthSource source) {
    return {"/ready", {{"GET", [source = std::move(source)](const Request&) {
                            const bool ready = source.ready() && source.lock_held();
                            Poco::JSON::Object body;
                            body.set("ready", ready);
                            return json(ready ? 200 : 503, body);
                        }}}};
}

}  // namespace teleclaude
