// SPDX-License-Identifier: BSL-1.0
// What a resource sees of HTTP: a request in, an answer out, errors as JSON.
// Threads: plain values; a resource's function is called by many threads at once.
#pragma once

#include "histogram.hpp"

#include <Poco/JSON/Object.h>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace teleclaude {

/// The longest body that is read.
inline constexpr std::size_t longest_body = 8 * 1024 * 1024;

struct Request {
    std::string method;
    std::string path;  ///< without the query, percent-decoding not applied
    std::string query;
    std::string body;
    std::map<std::string, std::string> arguments{};  ///< what stands in the path's places, decoded
};

struct Answer {
    int status{200};
    std::string body;  ///< JSON, unless the headers name another Content-Type
    std::map<std::string, std::string> headers;
};

/// An answer with this object as its body.
Answer json(int status, const Poco::JSON::Object& object);
/// {"error": {"code", "message"}}
Answer failure(int status, const std::string& code, const std::string& message);

/// One path and what its methods do. A part of the path in braces ("/v1/sessions/{id}") stands for
/// any one part, which becomes an argument; a path without such parts goes before one with them.
struct Resource {
    std::string path;
    std::map<std::string, std::function<Answer(const Request&)>> methods;
};

/// Finds the resource and asks it. HEAD is answered as GET is; whoever sends the answer leaves the
/// body out. Never throws: errors become answers.
class Router {
public:
    explicit Router(std::vector<Resource> resources, RequestMetrics* metrics = nullptr);
    [[nodiscard]] Answer answer(Request request) const noexcept;
    [[nodiscard]] const std::vector<Resource>& resources() const noexcept { return resources_; }

private:
    [[nodiscard]] Answer guarded(Request& request, const Resource* resource) const noexcept;
    [[nodiscard]] const Resource* find(Request& request) const;
    std::vector<Resource> resources_;
    RequestMetrics* metrics_;
};

}  // namespace teleclaude
