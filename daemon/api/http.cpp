// SPDX-License-Identifier: BSL-1.0
// Router: resources found, errors told.
#include "api/http.hpp"

#include "api/input.hpp"
#include "log.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <sstream>
#include <string_view>
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
        case Errc::read_only:
        case Errc::in_doubt:
            return 503;
        case Errc::io:
            return 507;
        default:
            return 500;
    }
}

std::string_view next_part(std::string_view& path) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    return part;
}

/// Whether `path` is one that `pattern` stands for; its arguments go to `arguments`.
bool matches(std::string_view pattern, std::string_view path,
             std::map<std::string, std::string>& arguments) {
    if (std::count(pattern.begin(), pattern.end(), '/') !=
        std::count(path.begin(), path.end(), '/')) {
        return false;
    }
    while (!pattern.empty() || !path.empty()) {
        const std::string_view wanted = next_part(pattern);
        const std::string_view part = next_part(path);
        if (wanted.starts_with('{')) {
            if (part.empty()) {
                return false;
            }
            arguments[std::string{wanted.substr(1, wanted.size() - 2)}] =
                decoded(std::string{part});
        } else if (wanted != part) {
            return false;
        }
    }
    return true;
}

Answer ask(const Request& request, const Resource& resource) {
    const std::string& method = request.method == "HEAD" ? "GET" : request.method;
    const auto found = resource.methods.find(method);
    if (found != resource.methods.end()) {
        return found->second(request);
    }
    std::string allowed;
    for (const auto& [name, unused] : resource.methods) {
        allowed += (allowed.empty() ? "" : ", ") + name;
        allowed += name == "GET" ? ", HEAD" : "";
    }
    Answer answer =
        failure(405, "method_not_allowed",
                fmt::format("{} does not take {}, but {}", request.path, request.method, allowed));
    answer.headers["Allow"] = allowed;
    return answer;
}

}  // namespace

Answer json(int status, const Poco::JSON::Object& object) {
    std::ostringstream text;
    object.stringify(text);
    return {status, text.str(), {}};
}

Answer failure(int status, const std::string& code, const std::string& message) {
    Poco::JSON::Object::Ptr error{new Poco::JSON::Object{Poco::JSON_PRESERVE_KEY_ORDER}};
    error->set("code", code);
    error->set("message", message);
    Poco::JSON::Object body;
    body.set("error", error);
    Answer answer = json(status, body);
    if (status == 503) {
        answer.headers["Retry-After"] = "1";
    }
    return answer;
}

Router::Router(std::vector<Resource> resources, RequestMetrics* metrics)
    : resources_{std::move(resources)}, metrics_{metrics} {
    std::stable_partition(resources_.begin(), resources_.end(), [](const Resource& resource) {
        return resource.path.find('{') == std::string::npos;
    });
}

Answer Router::answer(Request request) const noexcept {
    const auto begin = std::chrono::steady_clock::now();
    const Resource* resource = nullptr;
    try {
        resource = find(request);
    } catch (const enginebay::Error& error) {
        return failure(400, "bad_request", error.what());
    }
    Answer answer = guarded(request, resource);
    if (metrics_ != nullptr) {
        // What clients make up must not fill the memory: one name for all of it.
        const bool known = resource != nullptr && answer.status != 405;
        metrics_->observe(known ? request.method : "other", resource ? resource->path : "none",
                          answer.status, std::chrono::steady_clock::now() - begin);
    }
    return answer;
}

Answer Router::guarded(Request& request, const Resource* resource) const noexcept {
    try {
        return resource != nullptr
                   ? ask(request, *resource)
                   : failure(404, "not_found", fmt::format("there is no {}", request.path));
    } catch (const enginebay::Error& error) {
        const int status = http_status(error.code());
        if (status >= 500) {
            log().error(fmt::format("{} {}: {}", request.method, request.path, error.what()));
        }
        return failure(status, std::string{to_string(error.code())}, error.what());
    } catch (const std::exception& error) {
        log().error(fmt::format("{} {}: {}", request.method, request.path, error.what()));
        return failure(500, "internal", "the daemon failed; its log says how");
    }
}

const Resource* Router::find(Request& request) const {
    for (const Resource& resource : resources_) {
        request.arguments.clear();
        if (matches(resource.path, request.path, request.arguments)) {
            return &resource;
        }
    }
    return nullptr;
}

}  // namespace teleclaude
