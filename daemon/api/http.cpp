// SPDX-License-Identifier: BSL-1.0
// Router: resources found, errors told.
#include "api/http.hpp"

#include "log.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <sstream>
#include <utility>

namespace teleclaude {
namespace {

using enginebay::Errc;

// What the client does next, said in HTTP.
int http_status(Errc code) {
    switch (code) {
        case Errc::usage:
        case Errc::value:
        case Errc::input:
            return 400;
        case Errc::unique_violation:
        case Errc::foreign_key_violation:
        case Errc::not_null_violation:
        case Errc::check_violation:
            return 409;
        case Errc::busy:
        case Errc::serialization:
        case Errc::stale_plan:
        case Errc::timeout:
        case Errc::pool_exhausted:
        case Errc::connection_lost:
        case Errc::unreachable:
        case Errc::cancelled:
        case Errc::lock_lost:
            return 503;
        default:
            return 500;
    }
}

}  // namespace

Answer json(int status, const Poco::JSON::Object& object) {
    std::ostringstream text;
    object.stringify(text);
    return {status, text.str(), {}};
}

Answer failure(int status, const std::string& code, const std::string& message) {
    Poco::JSON::Object error{Poco::JSON_PRESERVE_KEY_ORDER};
    error.set("code", code);
    error.set("message", message);
    Poco::JSON::Object body;
    body.set("error", error);
    Answer answer = json(status, body);
    if (status == 503) {
        answer.headers["Retry-After"] = "5";
    }
    return answer;
}

Router::Router(std::vector<Resource> resources) : resources_{std::move(resources)} {}

Answer Router::answer(const Request& request) const noexcept {
    try {
        return dispatch(request);
    } catch (const enginebay::Error& error) {
        const int status = http_status(error.code());
        if (status == 500) {
            log().error(fmt::format("{} {}: {}", request.method, request.path, error.what()));
        }
        return failure(status, std::string{to_string(error.code())}, error.what());
    } catch (const std::exception& error) {
        log().error(fmt::format("{} {}: {}", request.method, request.path, error.what()));
        return failure(500, "internal", "the daemon failed; its log says how");
    }
}

Answer Router::dispatch(const Request& request) const {
    for (const Resource& resource : resources_) {
        if (resource.path != request.path) {
            continue;
        }
        const auto method = resource.methods.find(request.method);
        if (method != resource.methods.end()) {
            return method->second(request);
        }
        std::string allowed;
        for (const auto& [name, unused] : resource.methods) {
            allowed += (allowed.empty() ? "" : ", ") + name;
        }
        Answer answer = failure(
            405, "method_not_allowed",
            fmt::format("{} does not take {}, but {}", request.path, request.method, allowed));
        answer.headers["Allow"] = allowed;
        return answer;
    }
    return failure(404, "not_found", fmt::format("there is no {}", request.path));
}

}  // namespace teleclaude
