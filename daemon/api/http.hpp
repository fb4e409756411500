// SPDX-License-Identifier: BSL-1.0
// What a resource sees of HTTP: a request in, an answer out, errors as JSON.
// Threads: plain values; a resource's function is called by many threads at once.
#pragma once

#include <Poco/JSON/Object.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace teleclaude {

struct Request {
    std::string method;
    std::string path;  ///< without the query, percent-decoding not applied
    std::string query;
    std::string body;
};

struct Answer {
    int status{200};
    std::string body;  ///< JSON
    std::map<std::string, std::string> headers;
};

/// An answer with this object as its body.
Answer json(int status, const Poco::JSON::Object& object);
/// {"error": {"code", "message"}}
Answer failure(int status, const std::string& code, const std::string& message);

/// One path and what its methods do.
struct Resource {
    std::string path;
    std::map<std::string, std::function<Answer(const Request&)>> methods;
};

/// Finds the resource and asks it. Never throws: errors become answers.
class Router {
public:
    explicit Router(std::vector<Resource> resources);
    [[nodiscard]] Answer answer(const Request& request) const noexcept;

private:
    [[nodiscard]] Answer dispatch(const Request& request) const;
    std::vector<Resource> resources_;
};

}  // namespace teleclaude
