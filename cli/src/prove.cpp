// SPDX-License-Identifier: BSL-1.0
// enginebay prove: whether every revision can be interrupted anywhere.
#include "commands.hpp"
#include "output.hpp"
#include "program.hpp"
#include "proof.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace enginebay::cli {
namespace {

struct Arguments {
    std::int64_t rows{20};
};

Poco::JSON::Object as_json(const ProvenRevision& one) {
    return json_object({{"revision", one.revision},
                        {"boundaries", static_cast<Poco::Int64>(one.boundaries)},
                        {"before", static_cast<Poco::Int64>(one.before)},
                        {"after", static_cast<Poco::Int64>(one.after)},
                        {"between", static_cast<Poco::Int64>(one.between)},
                        {"rows", static_cast<Poco::Int64>(one.rows)},
                        {"ok", one.faults.empty()},
                        {"faults", json_list(one.faults)}});
}

int prove(Program& program, const Arguments& arguments) {
    Poco::JSON::Array revisions;
    std::vector<std::vector<std::string>> table;
    std::vector<std::string> faults;
    std::size_t boundaries = 0;
    Proof proof{program, arguments.rows};
    proof.run([&](const ProvenRevision& one) {
        revisions.add(as_json(one));
        table.push_back({one.revision, fmt::format("{}", one.boundaries),
                         fmt::format("{}", one.before), fmt::format("{}", one.after),
                         fmt::format("{}", one.between), fmt::format("{}", one.rows),
                         one.faults.empty() ? "ok" : "FAILED"});
        boundaries += one.boundaries;
        for (const std::string& fault : one.faults) {
            faults.push_back(one.revision + ": " + fault);
        }
    });
    const int status = faults.empty() ? 0 : 1;
    if (program.json()) {
        print_json(json_object({{"backend", program.settings().database.engine},
                                {"ok", faults.empty()},
                                {"boundaries", static_cast<Poco::Int64>(boundaries)},
                                {"revisions", revisions}}));
        return status;
    }
    print_table({"REVISION", "KILLED", "OLD", "NEW", "BETWEEN", "ROWS", "RESULT"}, table);
    for (const std::string& fault : faults) {
        std::cout << fault << '\n';
    }
    std::cout << (faults.empty() ? "proven" : "not proven") << ": " << table.size()
              << " revisions, killed " << boundaries << " times\n";
    return status;
}

}  // namespace

void add_prove(CLI::App& app, Chosen& chosen) {
    CLI::App* command =
        app.add_subcommand("prove", "Interrupts every revision everywhere and looks at the result");
    const auto arguments = std::make_shared<Arguments>();
    command->add_option("--rows", arguments->rows, "Rows made up for each table that has fewer")
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000}))
        ->capture_default_str();
    command->footer(
        "Works on scratch databases beside the configured one, which is not touched: a file in a "
        "temporary\n"
        "folder, or a database on the same server. For each revision a child process is killed by "
        "SIGKILL at every\n"
        "statement and commit; then the structure is the old or the new one, every row is there, "
        "and a second run\n"
        "ends where an uninterrupted one does. Exit status 1 where that is not so.\n\nExamples:\n"
        "  enginebay prove\n"
        "  enginebay prove --rows 1000 --json");
    command->callback([&chosen, arguments] {
        chosen.action = [arguments](Program& program) { return prove(program, *arguments); };
    });
}

}  // namespace enginebay::cli
