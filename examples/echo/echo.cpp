// SPDX-License-Identifier: BSL-1.0
// The smallest whole backend: every query answers with one row, the query's parameters.
// Shows what an author writes; what it cannot do it says with Errc::unsupported.
#include <enginebay/error.hpp>
#include <enginebay/plugin.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace enginebay;

constexpr Capabilities capabilities{};

[[noreturn]] void unsupported(std::string_view what) {
    throw Error{Errc::unsupported, "echo: cannot " + std::string{what} + ": there is no database"};
}

class EchoCursor final : public Cursor {
public:
    void open(std::span<const ValueView> row) {
        row_ = row;
        state_ = State::before;
    }
    [[nodiscard]] bool is_open() const noexcept { return state_ != State::closed; }

    const ValueView* next() override {
        if (state_ != State::before) {
            return nullptr;
        }
        state_ = State::after;
        return row_.data();
    }
    [[nodiscard]] std::size_t column_count() const noexcept override { return row_.size(); }
    [[nodiscard]] std::string_view column_name(std::size_t) const noexcept override {
        return "parameter";
    }
    void close() noexcept override { state_ = State::closed; }

private:
    enum class State : std::uint8_t { closed, before, after };
    std::span<const ValueView> row_;
    State state_{State::closed};
};

class EchoConnection final : public Connection {
public:
    Cursor& query(std::string_view sql, std::span<const ValueView> parameters) override {
        refuse_open_cursor();
        sql_ = sql;
        keep(parameters);
        cursor_.open(row_);
        return cursor_;
    }
    std::int64_t execute(std::string_view, std::span<const ValueView>) override {
        refuse_open_cursor();
        return 0;
    }
    void begin(TransactionMode) override { unsupported("begin a transaction"); }
    void commit() override { unsupported("commit"); }
    void rollback() noexcept override { cursor_.close(); }
    [[nodiscard]] bool in_transaction() const noexcept override { return false; }
    bool alive() noexcept override { return true; }
    void reset() override { cursor_.close(); }
    void cancel() noexcept override {}
    void* extension(std::string_view) noexcept override { return nullptr; }

private:
    void refuse_open_cursor() const {
        if (cursor_.is_open()) {
            throw Error{Errc::cursor_open, "echo: a query is still open: " + sql_};
        }
    }

    // The caller's texts may be gone by the time the row is read: the row has its own.
    void keep(std::span<const ValueView> parameters) {
        texts_.clear();
        texts_.reserve(parameters.size());
        row_.clear();
        for (const ValueView& cell : parameters) {
            if (cell.kind() == Kind::text) {
                row_.push_back(ValueView::text(texts_.emplace_back(cell.as_text())));
            } else if (cell.kind() == Kind::blob) {
                unsupported("keep a blob");
            } else {
                row_.push_back(cell);
            }
        }
    }

    std::string sql_;
    std::vector<std::string> texts_;
    std::vector<ValueView> row_;
    EchoCursor cursor_;
};

class EchoDialect final : public Dialect {
public:
    [[nodiscard]] std::string quote(std::string_view identifier) const override {
        return quoted(identifier, '"');
    }
    [[nodiscard]] std::string literal(std::string_view text) const override {
        return quoted(text, '\'');
    }
    [[nodiscard]] std::string upsert(std::string_view, std::span<const std::string_view>,
                                     std::span<const std::string_view>) const override {
        unsupported("upsert");
    }
    [[nodiscard]] std::string_view claim_clause() const noexcept override { return ""; }
    [[nodiscard]] std::string instant(std::string_view expression) const override {
        return std::string{expression};
    }
    [[nodiscard]] std::string search(std::string_view, const SearchIndex&) const override {
        unsupported("search");
    }
    [[nodiscard]] std::string search_words(std::string_view words) const override {
        return std::string{words};
    }
    [[nodiscard]] std::string placeholder(std::size_t) const override { return "?"; }

private:
    static std::string quoted(std::string_view text, char quote) {
        std::string result(1, quote);
        for (const char c : text) {
            result.append(c == quote ? 2 : 1, c);
        }
        return result += quote;
    }
};

class EchoMigrator final : public Migrator {
public:
    Structure inspect(Connection&, std::span<const std::string>) override { return {}; }
    Structure scratch(Connection&, std::span<const std::string>,
                      std::span<const std::string>) override {
        unsupported("build a schema");
    }
    [[nodiscard]] std::vector<std::string> render(const Operation&, const Schema&) const override {
        unsupported("migrate");
    }
    bool try_lock(Connection&) override { unsupported("migrate"); }
};

class EchoLock final : public InstanceLock {
public:
    LockAttempt try_acquire() override { unsupported("lock"); }
    LockHolder holder() override { return {}; }
};

class EchoEngine final : public Engine {
public:
    std::unique_ptr<Connection> connect(Access) override {
        return std::make_unique<EchoConnection>();
    }
    [[nodiscard]] const Dialect& dialect() const noexcept override { return dialect_; }
    [[nodiscard]] Capabilities capabilities() const noexcept override { return ::capabilities; }
    std::unique_ptr<Migrator> migrator() override { return std::make_unique<EchoMigrator>(); }
    std::unique_ptr<InstanceLock> instance_lock(LockOptions) override {
        return std::make_unique<EchoLock>();
    }
    [[nodiscard]] std::uint32_t connection_limit() const noexcept override { return 0; }
    [[nodiscard]] std::string location() const override { return "nowhere"; }
    std::string server_version(Connection&) override { return "1"; }
    std::vector<EffectiveSetting> effective_settings(Connection&) override { return {}; }
    CheckpointResult checkpoint(Connection&) override { return {}; }

private:
    EchoDialect dialect_;
};

std::unique_ptr<Engine> open(const DatabaseConfig&) { return std::make_unique<EchoEngine>(); }

}  // namespace

ENGINEBAY_PLUGIN(echo, "1.0.0", "BSL-1.0", enginebay::Location::file, capabilities, open)
