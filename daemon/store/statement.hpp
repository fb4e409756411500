// SPDX-License-Identifier: BSL-1.0
// Statement: SQL put together clause by clause, each with its values.
// Threads: plain value.
#pragma once

#include <enginebay/session.hpp>
#include <enginebay/value.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace teleclaude {

class Statement {
public:
    Statement() = default;
    /// `text` holds one `?` for each value.
    template <class... Values>
    explicit Statement(std::string_view text, Values&&... values) {
        add(text, std::forward<Values>(values)...);
    }

    template <class... Values>
    Statement& add(std::string_view text, Values&&... values) {
        sql_ += text;
        (values_.push_back(own(std::forward<Values>(values))), ...);
        return *this;
    }
    Statement& add(const Statement& other) {
        sql_ += other.sql_;
        values_.insert(values_.end(), other.values_.begin(), other.values_.end());
        return *this;
    }
    /// "(?, ?, ?)" for a list of any length; "(NULL)" for none.
    template <class Value>
    Statement& add_list(const std::vector<Value>& list) {
        sql_ += list.empty() ? "(NULL" : "(";
        for (std::size_t i = 0; i < list.size(); ++i) {
            add(i == 0 ? "?" : ", ?", list[i]);
        }
        sql_ += ")";
        return *this;
    }

    [[nodiscard]] const std::string& sql() const noexcept { return sql_; }
    /// The values, checked and viewed; throws Errc::value for text that cannot be kept.
    [[nodiscard]] std::vector<enginebay::ValueView> views() const {
        std::vector<enginebay::ValueView> views;
        views.reserve(values_.size());
        for (const enginebay::Value& value : values_) {
            views.push_back(enginebay::encode(value, enginebay::Place{views.size(), {}}));
        }
        return views;
    }
    std::int64_t execute(enginebay::Session& session) const {
        return session.execute_encoded(sql_, views());
    }

private:
    static enginebay::Value own(enginebay::Value value) { return value; }
    static enginebay::Value own(std::string_view text) { return std::string{text}; }
    static enginebay::Value own(const std::string& text) { return text; }
    static enginebay::Value own(const char* text) { return std::string{text}; }
    static enginebay::Value own(enginebay::Timestamp instant) { return instant; }
    static enginebay::Value own(std::nullptr_t) { return std::monostate{}; }
    static enginebay::Value own(std::same_as<bool> auto truth) { return truth; }
    template <std::integral Number>
        requires(!std::same_as<Number, bool>)
    static enginebay::Value own(Number number) {
        return static_cast<std::int64_t>(number);
    }
    template <class T>
    static enginebay::Value own(const std::optional<T>& value) {
        return value ? own(*value) : enginebay::Value{};
    }

    std::string sql_;
    std::vector<enginebay::Value> values_;
};

}  // namespace teleclaude
