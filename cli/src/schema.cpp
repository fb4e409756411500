// SPDX-License-Identifier: BSL-1.0
// enginebay schema: the declared schema as SQL or as a picture, and the live structure.
#include "commands.hpp"
#include "output.hpp"
#include "program.hpp"

#include <cctype>
#include <iostream>
#include <memory>

namespace enginebay::cli {
namespace {

struct Arguments {
    bool sql{false};
    std::string backend;
    bool mermaid{false};
    bool live{false};
};

int print_sql(Program& program, const std::string& named) {
    const std::string backend = named.empty() ? program.settings().database.engine : named;
    const std::unique_ptr<Engine> engine = program.offline_engine(backend);
    const std::vector<std::string> statements =
        schema_sql(*engine->migrator(), program.migration_set().declared());
    if (program.json()) {
        print_json(json_object({{"backend", backend}, {"statements", json_list(statements)}}));
        return 0;
    }
    for (const std::string& statement : statements) {
        std::cout << statement << ";\n";
    }
    return 0;
}

std::string_view type_name(ColumnType type) {
    switch (type) {
        case ColumnType::text:
            return "text";
        case ColumnType::integer:
            return "integer";
        case ColumnType::real:
            return "real";
        case ColumnType::boolean:
            return "boolean";
        case ColumnType::timestamp:
            return "timestamp";
        case ColumnType::json:
            return "json";
        case ColumnType::blob:
            return "blob";
        case ColumnType::uuid:
            return "uuid";
        case ColumnType::identity:
            return "identity";
    }
    return "unknown";
}

bool is_key(const Table& table, const std::string& column) {
    for (const std::string& name : table.primary_key) {
        if (name == column) {
            return true;
        }
    }
    return false;
}

/// Mermaid takes words; what is none gets them from what can be kept of it.
std::string word(const std::string& name) {
    std::string result;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        result += byte >= 0x80 || std::isalnum(byte) != 0 ? c : '_';
    }
    return result;
}

int print_mermaid(Program& program) {
    const Schema& schema = program.migration_set().declared();
    std::string text = "erDiagram\n";
    for (const Table& table : schema.tables) {
        text += "    " + word(table.name) + " {\n";
        for (const Column& column : table.columns) {
            text += "        " + std::string{type_name(column.type)} + ' ' + word(column.name) +
                    (is_key(table, column.name) ? " PK" : "") + '\n';
        }
        text += "    }\n";
        for (const ForeignKey& key : table.foreign_keys) {
            text += "    " + word(table.name) + " }o--|| " + word(key.table) + " : \"" +
                    (key.columns.empty() ? "" : word(key.columns.front())) + "\"\n";
        }
    }
    if (program.json()) {
        print_json(json_object({{"mermaid", text}}));
    } else {
        std::cout << text;
    }
    return 0;
}

Poco::JSON::Object to_json(const StructureFact& fact) {
    return json_object({{"kind", fact.kind},
                        {"table", fact.table},
                        {"name", fact.name},
                        {"definition", fact.definition}});
}

int print_live(Program& program) {
    const Schema& declared = program.migration_set().declared();
    Engine& engine = program.engine();
    const std::unique_ptr<Connection> connection = engine.connect(Access::read_only);
    const Structure facts = engine.migrator()->inspect(*connection, declared.unmanaged);
    std::vector<std::vector<std::string>> rows;
    for (const StructureFact& fact : facts) {
        rows.push_back({fact.table, fact.kind, fact.name, fact.definition});
    }
    if (program.json()) {
        print_json(json_object({{"structure", json_list(facts, to_json)}}));
    } else {
        print_table({"TABLE", "KIND", "NAME", "DEFINITION"}, rows);
    }
    return 0;
}

int run(Program& program, const Arguments& arguments) {
    if (arguments.mermaid) {
        return print_mermaid(program);
    }
    return arguments.live ? print_live(program) : print_sql(program, arguments.backend);
}

}  // namespace

void add_schema(CLI::App& app, Chosen& chosen) {
    CLI::App* command = app.add_subcommand("schema", "Prints the declared schema");
    const auto arguments = std::make_shared<Arguments>();
    CLI::Option* sql =
        command
            ->add_option("--sql", arguments->backend,
                         "As SQL (the default), for this engine or the configured one")
            ->type_name("[ENGINE]")
            ->expected(0, 1);
    CLI::Option* mermaid =
        command->add_flag("--mermaid", arguments->mermaid, "As an entity diagram for Mermaid");
    CLI::Option* live =
        command->add_flag("--live", arguments->live, "What the database itself reports, instead");
    mermaid->excludes(sql);
    live->excludes(sql)->excludes(mermaid);
    command->footer(
        "All but --live connect to nothing.\n\nExamples:\n"
        "  enginebay schema --sql " ENGINEBAY_DEFAULT_ENGINE
        " > schema.sql\n"
        "  enginebay schema --live --json");
    command->callback([&chosen, arguments] {
        chosen.action = [arguments](Program& program) { return run(program, *arguments); };
    });
}

}  // namespace enginebay::cli
