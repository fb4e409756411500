// SPDX-License-Identifier: BSL-1.0
// What a client sends, read strictly: each name must be known, each value of its type. Whatever is
// wrong throws Errc::input naming it, which is answered 400.
// Threads: plain values.
#pragma once

#include "api/http.hpp"

#include <enginebay/value.hpp>

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace teleclaude {

/// A JSON object with known fields; no body is an empty one. null counts as absent.
class Body {
public:
    Body(const Request& request, std::initializer_list<std::string_view> known);
    Body(const Request& request, const std::vector<std::string_view>& known);

    [[nodiscard]] bool has(const std::string& name) const;
    [[nodiscard]] std::optional<std::string> text(const std::string& name) const;
    /// Not empty either.
    [[nodiscard]] std::string required_text(const std::string& name) const;
    [[nodiscard]] std::optional<std::int64_t> number(const std::string& name) const;
    [[nodiscard]] std::optional<bool> truth(const std::string& name) const;
    [[nodiscard]] std::optional<enginebay::Timestamp> time(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> texts(const std::string& name) const;
    [[nodiscard]] Poco::Dynamic::Var value(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> names() const;

private:
    void read(const Request& request, const std::vector<std::string_view>& known);
    Poco::JSON::Object::Ptr object_;
};

/// The parameters behind the question mark.
class Query {
public:
    Query(const Request& request, std::initializer_list<std::string_view> known);

    [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }
    [[nodiscard]] std::string text(const std::string& name) const;
    [[nodiscard]] bool truth(const std::string& name) const;
    [[nodiscard]] std::int64_t number(const std::string& name, std::int64_t otherwise,
                                      std::int64_t most) const;
    [[nodiscard]] std::vector<std::int64_t> numbers(const std::string& name) const;

private:
    std::map<std::string, std::string> values_;
};

/// A number in the path; what is none names nothing (0).
std::int64_t number_in_path(const std::string& text) noexcept;

/// Percent-decoded; throws Errc::input where that is impossible.
std::string decoded(const std::string& text, bool plus_is_space = false);

}  // namespace teleclaude
