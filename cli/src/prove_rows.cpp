// SPDX-License-Identifier: BSL-1.0
// Makes rows up from the types of their columns.
#include "prove_rows.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace enginebay::cli {
namespace {

/// How much of a row is written; the rest is left to defaults and NULL.
enum class Effort { everything, needed };

class Filler {
public:
    Filler(Connection& connection, const Dialect& dialect, const Table& table)
        : connection_{connection}, dialect_{dialect}, table_{table} {}

    bool add(std::int64_t number) {
        return try_row(number, Effort::everything) || try_row(number, Effort::needed);
    }

private:
    bool try_row(std::int64_t number, Effort effort) {
        std::string columns;
        std::string marks;
        std::vector<Value> values;
        for (const Column& column : table_.columns) {
            const bool optional = column.nullable || column.fallback;
            if (column.type == ColumnType::identity || (effort == Effort::needed && optional)) {
                continue;
            }
            columns += (columns.empty() ? "" : ", ") + dialect_.quote(column.name);
            marks += marks.empty() ? "?" : ", ?";
            values.push_back(value_for(column, number));
        }
        const std::string sql =
            "INSERT INTO " + dialect_.quote(table_.name) +
            (columns.empty() ? " DEFAULT VALUES" : " (" + columns + ") VALUES (" + marks + ")");
        std::vector<ValueView> views;
        views.reserve(values.size());
        for (const Value& value : values) {
            views.push_back(view(value));
        }
        connection_.execute("SAVEPOINT enginebay_row", {});
        try {
            connection_.execute(sql, views);
        } catch (const Error&) {
            connection_.execute("ROLLBACK TO SAVEPOINT enginebay_row", {});
            connection_.execute("RELEASE SAVEPOINT enginebay_row", {});
            return false;
        }
        connection_.execute("RELEASE SAVEPOINT enginebay_row", {});
        return true;
    }

    Value value_for(const Column& column, std::int64_t number) {
        for (const ForeignKey& key : table_.foreign_keys) {
            for (std::size_t i = 0; i < key.columns.size() && i < key.referenced.size(); ++i) {
                if (key.columns[i] == column.name) {
                    return referred(key.table, key.referenced[i]);
                }
            }
        }
        switch (column.type) {
            case ColumnType::integer:
            case ColumnType::identity:
                return number;
            case ColumnType::real:
                return static_cast<double>(number) + 0.5;
            case ColumnType::boolean:
                return number % 2 == 0;
            case ColumnType::timestamp:
                return Timestamp{std::chrono::seconds{1'700'000'000 + number}};
            case ColumnType::json:
                return fmt::format("{{\"n\": {}}}", number);
            case ColumnType::blob:
                return Blob{static_cast<std::byte>(number & 0xff),
                            static_cast<std::byte>((number >> 8) & 0xff)};
            case ColumnType::uuid:
                return fmt::format("00000000-0000-4000-8000-{:012x}", number);
            case ColumnType::text:
                break;
        }
        return fmt::format("text {}", number);
    }

    Value referred(const std::string& table, const std::string& column) {
        Cursor& cursor = connection_.query(
            fmt::format("SELECT {} FROM {} LIMIT 1", dialect_.quote(column), dialect_.quote(table)),
            {});
        const ValueView* cells = cursor.next();
        Value value;
        if (cells != nullptr && cells[0].kind() == Kind::integer) {
            value = cells[0].as_integer();
        } else if (cells != nullptr && cells[0].kind() == Kind::text) {
            value = std::string{cells[0].as_text()};
        }
        cursor.close();
        return value;
    }

    static ValueView view(const Value& value) {
        struct Viewer {
            ValueView operator()(std::monostate) const { return ValueView::null(); }
            ValueView operator()(bool v) const { return ValueView::boolean(v); }
            ValueView operator()(std::int64_t v) const { return ValueView::integer(v); }
            ValueView operator()(double v) const { return ValueView::real(v); }
            ValueView operator()(const std::string& v) const { return ValueView::text(v); }
            ValueView operator()(const Blob& v) const { return ValueView::blob(v); }
            ValueView operator()(Timestamp v) const { return ValueView::timestamp(v); }
        };
        return std::visit(Viewer{}, value);
    }

    Connection& connection_;
    const Dialect& dialect_;
    const Table& table_;
};

}  // namespace

std::map<std::string, std::int64_t> count_rows(Connection& connection, const Dialect& dialect,
                                               const Schema& schema) {
    std::map<std::string, std::int64_t> counts;
    for (const Table& table : schema.tables) {
        Cursor& cursor = connection.query("SELECT count(*) FROM " + dialect.quote(table.name), {});
        counts[table.name] = cursor.next()[0].as_integer();
        cursor.close();
    }
    return counts;
}

void fill_tables(Connection& connection, const Dialect& dialect, const Schema& schema,
                 std::int64_t wanted, std::int64_t seed) {
    connection.begin(TransactionMode::write);
    const std::map<std::string, std::int64_t> counts = count_rows(connection, dialect, schema);
    for (int round = 0; round < 2; ++round) {  // a table may refer to one that comes later
        for (const Table& table : schema.tables) {
            Filler filler{connection, dialect, table};
            std::int64_t i = round == 0
                                 ? counts.at(table.name)
                                 : count_rows(connection, dialect, {{table}, {}}).at(table.name);
            while (i < wanted && filler.add(seed + i * 2 + round)) {
                ++i;
            }
        }
    }
    connection.commit();
}

}  // namespace enginebay::cli
