// SPDX-License-Identifier: BSL-1.0
// GET /health: the lock is held and the database answers, or why not.
#include "api/health.hpp"

#include <utility>

namespace teleclaude {
namespace {

std::string reason(const HealthSource& source, bool held) {
    return held ? source.database_failure() : "the instance lock is lost";
}

Answer health(const HealthSource& source) {
    const bool held = source.lock_held();
    const std::string why = reason(source, held);
    Poco::JSON::Object lock;
    lock.set("held", held);
    Poco::JSON::Object body{Poco::JSON_PRESERVE_KEY_ORDER};
    body.set("status", why.empty() ? "ok" : "failing");
    body.set("engine", source.engine);
    body.set("revision", source.revision);
    body.set("lock", lock);
    if (!why.empty()) {
        body.set("reason", why);
    }
    return json(why.empty() ? 200 : 503, body);
}

}  // namespace

Resource health_resource(HealthSource source) {
    return {"/health",
            {{"GET", [source = std::move(source)](const Request&) { return health(source); }}}};
}

}  // namespace teleclaude
