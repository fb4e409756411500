// SPDX-License-Identifier: BSL-1.0
// Error: its codes by name, its exit statuses, its details.
#include <enginebay/error.hpp>

#include <array>
#include <utility>

namespace enginebay {
namespace {

struct CodeFacts {
    Errc code;
    std::string_view name;
    int exit_status;
};

// Exit statuses are those of sysexits.h: 64 usage, 65 data, 69 unavailable, 70 software, 74 input
// or output, 75 try again, 76 protocol (here: a migration failed), 77 permission, 78 configuration.
constexpr std::array code_facts{
    CodeFacts{Errc::usage, "usage", 64},
    CodeFacts{Errc::configuration, "configuration", 78},
    CodeFacts{Errc::plugin, "plugin", 78},
    CodeFacts{Errc::permission, "permission", 77},
    CodeFacts{Errc::unreachable, "unreachable", 69},
    CodeFacts{Errc::corrupt, "corrupt", 65},
    CodeFacts{Errc::input, "input", 65},
    CodeFacts{Errc::unsupported, "unsupported", 70},
    CodeFacts{Errc::statement, "statement", 70},
    CodeFacts{Errc::value, "value", 70},
    CodeFacts{Errc::unique_violation, "unique_violation", 70},
    CodeFacts{Errc::foreign_key_violation, "foreign_key_violation", 70},
    CodeFacts{Errc::not_null_violation, "not_null_violation", 70},
    CodeFacts{Errc::check_violation, "check_violation", 70},
    CodeFacts{Errc::cursor_open, "cursor_open", 70},
    CodeFacts{Errc::transaction_aborted, "transaction_aborted", 70},
    CodeFacts{Errc::busy, "busy", 75},
    CodeFacts{Errc::serialization, "serialization", 75},
    CodeFacts{Errc::stale_plan, "stale_plan", 75},
    CodeFacts{Errc::timeout, "timeout", 75},
    CodeFacts{Errc::pool_exhausted, "pool_exhausted", 75},
    CodeFacts{Errc::connection_lost, "connection_lost", 69},
    CodeFacts{Errc::cancelled, "cancelled", 75},
    CodeFacts{Errc::in_doubt, "in_doubt", 74},
    CodeFacts{Errc::read_only, "read_only", 77},
    CodeFacts{Errc::lock_lost, "lock_lost", 75},
    CodeFacts{Errc::io, "io", 74},
    CodeFacts{Errc::migration_failed, "migration_failed", 76},
    CodeFacts{Errc::internal, "internal", 70},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < code_facts.size(); ++i) {
        if (static_cast<std::size_t>(code_facts[i].code) != i) {
            return false;
        }
    }
    return code_facts.size() == static_cast<std::size_t>(Errc::internal) + 1;
}
static_assert(in_order(), "one row for each code, in the order of the enumeration");

const CodeFacts& facts_of(Errc code) noexcept {
    const auto index = static_cast<std::size_t>(code);
    return index < code_facts.size() ? code_facts[index] : code_facts.back();
}

}  // namespace

std::string_view to_string(Errc code) noexcept { return facts_of(code).name; }

int exit_status(Errc code) noexcept { return facts_of(code).exit_status; }

struct Error::Details {
    std::int64_t native_code{0};
    std::string sqlstate;
    std::string sql;
    std::string object;
    std::string where;
};

Error::Error(Errc code, const std::string& message)
    : std::runtime_error{message}, code_{code}, details_{std::make_shared<Details>()} {}
Error::Error(const Error&) noexcept = default;
Error& Error::operator=(const Error&) noexcept = default;
Error::~Error() = default;

bool Error::retryable() const noexcept {
    return code_ == Errc::busy || code_ == Errc::serialization || code_ == Errc::stale_plan ||
           code_ == Errc::connection_lost;
}

std::int64_t Error::native_code() const noexcept { return details_->native_code; }
const std::string& Error::sqlstate() const noexcept { return details_->sqlstate; }
const std::string& Error::sql() const noexcept { return details_->sql; }
const std::string& Error::object() const noexcept { return details_->object; }
const std::string& Error::where() const noexcept { return details_->where; }

Error& Error::native(std::int64_t code) & {
    details_->native_code = code;
    return *this;
}

Error& Error::sqlstate(std::string state) & {
    details_->sqlstate = std::move(state);
    return *this;
}

Error& Error::sql(std::string_view text) & {
    details_->sql = text;
    return *this;
}

Error& Error::object(std::string name) & {
    details_->object = std::move(name);
    return *this;
}

Error& Error::where(std::string position) & {
    details_->where = std::move(position);
    return *this;
}

}  // namespace enginebay
