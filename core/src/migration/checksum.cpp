// SPDX-License-Identifier: BSL-1.0
// The canonical form of a revision and its hash.
#include "migration/checksum.hpp"

#include "migration/read_operation.hpp"
#include "migration/replay.hpp"
#include "schema/names.hpp"

#include <enginebay/error.hpp>
#include <enginebay/timestamp.hpp>

#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <map>
#include <vector>

namespace enginebay::migration {
namespace {

/// Writes fields as `name=length:bytes`, so that no two meanings have the same text. Fields that
/// hold their usual value are left out: a property added later does not change old checksums.
class Writer {
public:
    void field(std::string_view name, std::string_view text) {
        if (!text.empty()) {
            out_.append(name).append("=").append(std::to_string(text.size())).append(":");
            out_.append(text).append("\n");
        }
    }
    void flag(std::string_view name, bool value) { field(name, value ? "true" : ""); }
    void fields(std::string_view name, const std::vector<std::string>& texts) {
        for (const std::string& text : texts) {
            out_.append(name).append("=").append(std::to_string(text.size())).append(":");
            out_.append(text).append("\n");
        }
    }
    template <class T>
    void each(std::string_view name, const std::vector<T>& elements) {
        for (const T& element : elements) {
            one(name, element);
        }
    }
    template <class T>
    void one(std::string_view name, const T& element) {
        out_.append(name).append("{\n");
        write(*this, element);
        out_.append("}\n");
    }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

std::string effect_name(const Effect& effect) {
    return std::string{operation_name(as_operation(effect))};
}

std::string text_of(const Value& value) {
    struct Text {
        std::string operator()(std::monostate) const { return "null"; }
        std::string operator()(bool v) const { return v ? "boolean true" : "boolean false"; }
        std::string operator()(std::int64_t v) const { return "integer " + std::to_string(v); }
        std::string operator()(double v) const {
            std::array<char, 40> digits{};
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), v).ptr;
            return "real " + std::string{digits.data(), end};
        }
        std::string operator()(const std::string& v) const { return "text " + v; }
        std::string operator()(const Blob& v) const {
            return "blob " + std::string{reinterpret_cast<const char*>(v.data()), v.size()};
        }
        std::string operator()(Timestamp v) const {
            return "timestamp " + std::to_string(v.time_since_epoch().count());
        }
    };
    return std::visit(Text{}, value);
}

void write(Writer& out, const Column& column) {
    out.field("name", column.name);
    out.field("type", schema::name_of(column.type));
    out.flag("nullable", column.nullable);
    if (column.fallback) {
        const auto* value = std::get_if<Value>(&*column.fallback);
        out.field("default", value != nullptr ? text_of(*value) : "now");
    }
    for (const auto& [backend, type] : column.native) {
        out.field("native " + backend, type);
    }
}

void write(Writer& out, const UniqueConstraint& unique) {
    out.field("name", unique.name);
    out.fields("column", unique.columns);
}

void write(Writer& out, const CheckConstraint& check) {
    out.field("name", check.name);
    out.field("expression", normalized_sql(check.expression));
}

void write(Writer& out, const ForeignKey& key) {
    out.field("name", key.name);
    out.fields("column", key.columns);
    out.field("table", key.table);
    out.fields("referenced", key.referenced);
    out.field("on_delete", schema::name_of(key.on_delete));
    out.field("on_update", schema::name_of(key.on_update));
}

void write(Writer& out, const IndexColumn& column) {
    out.field("name", column.name);
    out.field("expression", normalized_sql(column.expression));
    out.flag("descending", column.descending);
}

void write(Writer& out, const Index& index) {
    out.field("name", index.name);
    out.each("column", index.columns);
    out.flag("unique", index.unique);
    out.field("where", normalized_sql(index.where));
}

void write(Writer& out, const SearchIndex& index) {
    out.field("name", index.name);
    out.fields("column", index.columns);
    out.field("key", index.key);
    out.fields("trigger", index.triggers);
}

void write(Writer& out, const Table& table) {
    out.field("name", table.name);
    out.each("column", table.columns);
    out.fields("primary_key", table.primary_key);
    out.each("unique", table.uniques);
    out.each("check", table.checks);
    out.each("foreign_key", table.foreign_keys);
    out.each("index", table.indexes);
    out.each("search_index", table.search_indexes);
}

void write(Writer& out, const CreateTable& operation) { out.one("table", operation.table); }

void write(Writer& out, const DropTable& operation) { out.field("table", operation.table); }

void write(Writer& out, const AddColumn& operation) {
    out.field("table", operation.table);
    out.one("column", operation.column);
}

void write(Writer& out, const RenameTable& operation) {
    out.field("from", operation.from);
    out.field("to", operation.to);
}

void write(Writer& out, const DropColumn& operation) {
    out.field("table", operation.table);
    out.field("column", operation.column);
}

void write(Writer& out, const RenameColumn& operation) {
    out.field("table", operation.table);
    out.field("from", operation.from);
    out.field("to", operation.to);
}

void write(Writer& out, const AlterColumn& operation) {
    out.field("table", operation.table);
    out.one("column", operation.column);
    for (const auto& [backend, expression] : operation.using_) {
        out.field("using " + backend, normalized_sql(expression));
    }
}

void write(Writer& out, const AddUnique& operation) {
    out.field("table", operation.table);
    out.one("unique", operation.unique);
}

void write(Writer& out, const AddCheck& operation) {
    out.field("table", operation.table);
    out.one("check", operation.check);
}

void write(Writer& out, const AddForeignKey& operation) {
    out.field("table", operation.table);
    out.one("foreign_key", operation.foreign_key);
}

void write(Writer& out, const DropCheck& operation) {
    out.field("table", operation.table);
    out.field("name", operation.name);
    out.field("expression", normalized_sql(operation.expression));
}

template <class Drop>
    requires requires(const Drop& drop) {
        drop.name;
        drop.columns;
        drop.table;
    }
void write(Writer& out, const Drop& operation) {
    out.field("table", operation.table);
    out.field("name", operation.name);
    out.fields("column", operation.columns);
}

void write(Writer& out, const RowValues& values) {
    for (const auto& [column, value] : values) {
        out.field("value " + column, text_of(value));
    }
}

void write(Writer& out, const InsertRows& operation) {
    out.field("table", operation.table);
    out.each("row", operation.rows);
}

void write(Writer& out, const UpdateRows& operation) {
    out.field("table", operation.table);
    out.one("set", operation.set);
    out.one("where", operation.where);
}

void write(Writer& out, const DeleteRows& operation) {
    out.field("table", operation.table);
    out.one("where", operation.where);
}

// Whether an index is built concurrently changes how long others wait, not what there is.
template <class Create>
    requires requires(const Create& create) { create.index.name; }
void write(Writer& out, const Create& operation) {
    out.field("table", operation.table);
    out.one("index", operation.index);
}

template <class Drop>
    requires std::is_same_v<decltype(Drop::index), std::string>
void write(Writer& out, const Drop& operation) {
    out.field("table", operation.table);
    out.field("index", operation.index);
}

void write(Writer& out, const Execute& operation) {
    for (const std::string& sql : operation.all) {
        out.field("sql", normalized_sql(sql));
    }
    for (const auto& [backend, statements] : operation.by_backend) {
        for (const std::string& sql : statements) {
            out.field("sql " + backend, normalized_sql(sql));
        }
    }
    for (const Effect& effect : operation.effect) {
        std::visit([&](const auto& step) { out.one("effect " + effect_name(effect), step); },
                   effect);
    }
}

void write(Writer& out, const Call& operation) { out.field("step", operation.step); }

std::string sha256(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw Error{Errc::internal, "SHA-256 is not available from the crypto library"};
    }
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        constexpr std::string_view digits = "0123456789abcdef";
        hex += digits[digest.at(i) >> 4U];
        hex += digits[digest.at(i) & 0xfU];
    }
    return hex;
}

}  // namespace

std::string canonical(const Revision& revision) {
    Writer out;
    out.fields("backend", revision.backends);
    for (const Operation& operation : revision.upgrade) {
        std::visit([&](const auto& step) { out.one(operation_name(operation), step); }, operation);
    }
    return out.take();
}

std::string checksum(const Revision& revision) { return "1:" + sha256(canonical(revision)); }

}  // namespace enginebay::migration
