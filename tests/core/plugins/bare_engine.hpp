// SPDX-License-Identifier: BSL-1.0
// BareEngine: the smallest thing that is an Engine, for plugins that are only ever loaded.
#pragma once

#include <enginebay/config.hpp>
#include <enginebay/engine.hpp>
#include <enginebay/error.hpp>

namespace enginebay::testing {

class BareEngine final : public Engine {
public:
    std::unique_ptr<Connection> connect(Access) override { nothing(); }
    [[nodiscard]] const Dialect& dialect() const noexcept override { return dialect_; }
    [[nodiscard]] Capabilities capabilities() const noexcept override { return {}; }
    std::unique_ptr<Migrator> migrator() override { nothing(); }
    std::unique_ptr<InstanceLock> instance_lock(LockOptions) override { nothing(); }
    [[nodiscard]] std::uint32_t connection_limit() const noexcept override { return 1; }
    [[nodiscard]] std::string location() const override { return "nowhere"; }
    std::string server_version(Connection&) override { nothing(); }
    std::vector<EffectiveSetting> effective_settings(Connection&) override { nothing(); }
    CheckpointResult checkpoint(Connection&) override { return {}; }

private:
    [[noreturn]] static void nothing() {
        throw Error{Errc::unsupported, "the bare engine has no database behind it"};
    }

    class BareDialect final : public Dialect {
    public:
        [[nodiscard]] std::string quote(std::string_view name) const override {
            return '"' + std::string{name} + '"';
        }
        [[nodiscard]] std::string literal(std::string_view text) const override {
            return '\'' + std::string{text} + '\'';
        }
        [[nodiscard]] std::string upsert(std::string_view, std::span<const std::string_view>,
                                         std::span<const std::string_view>) const override {
            return {};
        }
        [[nodiscard]] std::string_view claim_clause() const noexcept override { return {}; }
        [[nodiscard]] std::string instant(std::string_view expression) const override {
            return std::string{expression};
        }
        [[nodiscard]] std::string search(std::string_view, const SearchIndex&) const override {
            nothing();
        }
        [[nodiscard]] std::string search_words(std::string_view words) const override {
            return std::string{words};
        }
        [[nodiscard]] std::string placeholder(std::size_t) const override { return "?"; }
    };
    BareDialect dialect_;
};

inline std::unique_ptr<Engine> open_bare(const DatabaseConfig& /*config*/) {
    return std::make_unique<BareEngine>();
}

}  // namespace enginebay::testing
