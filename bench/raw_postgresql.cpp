// SPDX-License-Identifier: BSL-1.0
// Raw access through libpq: statements prepared once, parameters and results as text.
#include "raw.hpp"

#include <libpq-fe.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace enginebay::bench {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// A number as NUL-terminated text, on the stack.
class Digits {
public:
    explicit Digits(std::int64_t value) {
        *std::to_chars(text_.data(), text_.data() + text_.size() - 1, value).ptr = '\0';
    }
    [[nodiscard]] const char* c_str() const { return text_.data(); }

private:
    std::array<char, 24> text_{};
};

class RawPostgresql final : public Raw {
public:
    explicit RawPostgresql(const DatabaseConfig& config) {
        connection_ = PQconnectdb(conninfo(config).c_str());
        if (PQstatus(connection_) != CONNECTION_OK) {
            throw std::runtime_error{PQerrorMessage(connection_)};
        }
    }
    void prepare_items() override {
        prepare("read", "SELECT id, name, amount, body FROM items WHERE id = $1");
        prepare("scan", "SELECT id, name, amount, body FROM items");
        prepare(
            "write",
            "INSERT INTO items (id, name, amount, body) VALUES ($1, $2, $3, $4) ON CONFLICT (id) "
            "DO UPDATE SET name = excluded.name, amount = excluded.amount, body = excluded.body");
        prepare("update", "UPDATE items SET amount = $1 WHERE id = $2");
    }
    int server_process() override { return PQbackendPID(connection_); }

    std::size_t transact(std::int64_t id) override {
        command("BEGIN");
        const std::size_t seen = point_read(id);
        const Digits amount{id + 1};
        const Digits key{id};
        const std::array<const char*, 2> values{amount.c_str(), key.c_str()};
        const Result result{
            PQexecPrepared(connection_, "update", 2, values.data(), nullptr, nullptr, 0), PQclear};
        require(result);
        command("COMMIT");
        return seen;
    }

    std::size_t scan() override {
        const Result result{PQexecPrepared(connection_, "scan", 0, nullptr, nullptr, nullptr, 0),
                            PQclear};
        std::size_t seen = 0;
        for (int row = 0; row < PQntuples(result.get()); ++row) {
            seen += static_cast<std::size_t>(
                std::strtoll(PQgetvalue(result.get(), row, 0), nullptr, 10) +
                std::strtoll(PQgetvalue(result.get(), row, 2), nullptr, 10) +
                PQgetlength(result.get(), row, 1) + PQgetlength(result.get(), row, 3));
        }
        return seen;
    }

    /// COPY in its text form, right for every text.
    void bulk_insert(std::span<const BulkRow> rows) override {
        const Result started{
            PQexec(connection_, "COPY bulk_items (id, name, amount, body) FROM STDIN"), PQclear};
        for (const BulkRow& row : rows) {
            line_ = Digits{row.id}.c_str();
            line_ += '\t';
            add_escaped(row.name);
            line_ += '\t';
            line_ += Digits{row.amount}.c_str();
            line_ += '\t';
            add_escaped(row.body);
            line_ += '\n';
            PQputCopyData(connection_, line_.data(), static_cast<int>(line_.size()));
        }
        PQputCopyEnd(connection_, nullptr);
        const Result ended{PQgetResult(connection_), PQclear};
        if (PQresultStatus(ended.get()) != PGRES_COMMAND_OK) {
            throw std::runtime_error{PQerrorMessage(connection_)};
        }
        PQclear(PQgetResult(connection_));  // none: the end of the command
    }

    void empty_bulk() override {
        const Result result{PQexec(connection_, "TRUNCATE bulk_items"), PQclear};
    }

    ~RawPostgresql() override { PQfinish(connection_); }

    std::size_t point_read(std::int64_t id) override {
        const Digits key{id};
        const std::array<const char*, 1> values{key.c_str()};
        const Result result{
            PQexecPrepared(connection_, "read", 1, values.data(), nullptr, nullptr, 0), PQclear};
        if (PQntuples(result.get()) != 1) {
            throw std::runtime_error{"a row is missing"};
        }
        return static_cast<std::size_t>(std::strtoll(PQgetvalue(result.get(), 0, 0), nullptr, 10) +
                                        std::strtoll(PQgetvalue(result.get(), 0, 2), nullptr, 10) +
                                        PQgetlength(result.get(), 0, 1) +
                                        PQgetlength(result.get(), 0, 3));
    }

    void upsert(std::int64_t id, std::string_view name, std::string_view body) override {
        const Digits key{id};
        // The texts come from NUL-terminated strings: libpq reads text parameters that way.
        const std::array<const char*, 4> values{key.c_str(), name.data(), key.c_str(), body.data()};
        const Result result{
            PQexecPrepared(connection_, "write", 4, values.data(), nullptr, nullptr, 0), PQclear};
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
            throw std::runtime_error{PQerrorMessage(connection_)};
        }
    }

    std::size_t first_cell(const char* sql) override {
        const Result result{PQexec(connection_, sql), PQclear};
        return PQntuples(result.get()) == 0 ? 0 : PQgetlength(result.get(), 0, 0);
    }

    void run_together(std::span<const std::string> statements) override {
        command("BEGIN");
        for (const std::string& sql : statements) {
            command(sql.c_str());
        }
        command("COMMIT");
    }

private:
    void add_escaped(std::string_view text) {
        const std::size_t start = line_.size();
        line_ += text;
        for (std::size_t at = start; at < line_.size(); ++at) {
            const char c = line_[at];
            if (c == '\\' || c == '\t' || c == '\n' || c == '\r') {
                constexpr std::string_view from{"\\\t\n\r"};
                line_[at] = "\\tnr"[from.find(c)];
                line_.insert(at++, 1, '\\');
            }
        }
    }
    void require(const Result& result) {
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
            throw std::runtime_error{PQerrorMessage(connection_)};
        }
    }
    void command(const char* sql) { require(Result{PQexec(connection_, sql), PQclear}); }
    void prepare(const char* name, const char* sql) {
        require(Result{PQprepare(connection_, name, sql, 0, nullptr), PQclear});
    }

    PGconn* connection_;
    std::string line_;
};

}  // namespace

std::unique_ptr<Raw> connect_raw_postgresql(const DatabaseConfig& config) {
    return std::make_unique<RawPostgresql>(config);
}

}  // namespace enginebay::bench
