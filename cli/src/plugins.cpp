// SPDX-License-Identifier: BSL-1.0
// enginebay plugins: what plugins there are, and whether they could be loaded.
#include "commands.hpp"
#include "output.hpp"
#include "program.hpp"

#include <iostream>
#include <memory>

namespace enginebay::cli {
namespace {

std::string name_of(const PluginReport& report) {
    return report.info.name.empty() ? report.file.stem().string() : report.info.name;
}

Poco::JSON::Object to_json(const std::vector<PluginReport>& reports) {
    Poco::JSON::Array plugins;
    for (const PluginReport& report : reports) {
        Poco::JSON::Object entry = json_object();
        entry.set("name", name_of(report));
        entry.set("version", report.info.version);
        entry.set("file", report.file.string());
        entry.set("contract", report.info.contract);
        entry.set("usable", report.usable);
        entry.set("reason", report.reason);
        entry.set("warning", report.warning);
        entry.set("capabilities", json_list(report.info.capability_list));
        plugins.add(entry);
    }
    Poco::JSON::Object object = json_object();
    object.set("plugins", plugins);
    return object;
}

void print_remarks(const PluginReport& report) {
    if (!report.usable) {
        std::cout << name_of(report) << ": " << report.reason << '\n';
    }
    if (!report.warning.empty()) {
        std::cout << name_of(report) << ": warning: " << report.warning << '\n';
    }
}

void print(Program& program, const std::vector<PluginReport>& reports) {
    std::vector<std::vector<std::string>> rows;
    rows.reserve(reports.size());
    for (const PluginReport& report : reports) {
        rows.push_back({name_of(report), report.info.version, std::to_string(report.info.contract),
                        report.usable ? "yes" : "no", report.file.string(),
                        joined(report.info.capability_list)});
    }
    print_table({"NAME", "VERSION", "CONTRACT", "USABLE", "FILE", "CAPABILITIES"}, rows);
    for (const PluginReport& report : reports) {
        print_remarks(report);
    }
    if (reports.empty()) {
        std::cout << "No plugin was found in:\n";
        for (const std::filesystem::path& folder : program.host().search_path()) {
            std::cout << "  " << folder.string() << '\n';
        }
    }
}

int list(Program& program) {
    const std::vector<PluginReport> reports = program.host().list();
    if (program.json()) {
        print_json(to_json(reports));
    } else {
        print(program, reports);
    }
    return 0;
}

int check(Program& program, const std::string& file_or_name) {
    const PluginReport report = program.host().check(file_or_name);
    if (program.json()) {
        print_json(to_json({report}));
    } else if (report.usable) {
        std::cout << name_of(report) << ' ' << report.info.version << ": usable ("
                  << report.file.string() << ")\n";
        print_remarks(report);
    } else {
        print_remarks(report);
    }
    return report.usable ? 0 : exit_status(Errc::plugin);
}

}  // namespace

void add_plugins(CLI::App& app, Chosen& chosen) {
    CLI::App* command =
        app.add_subcommand("plugins", "Lists the plugins, or checks whether one can be loaded");
    command->footer("Examples:\n  enginebay plugins --json\n  enginebay plugins check ./mybase.so");
    command->callback([&chosen] {
        if (!chosen.action) {
            chosen.action = list;
        }
    });
    CLI::App* one = command->add_subcommand(
        "check", "Verifies one plugin and loads it in a process of its own; 78 if it is unusable");
    const auto subject = std::make_shared<std::string>();
    one->add_option("plugin", *subject, "The plugin's file, or its name on the search path")
        ->type_name("FILE|NAME")
        ->required();
    one->footer("Example:\n  enginebay plugins check ./mybase.so");
    one->callback([&chosen, subject] {
        chosen.action = [subject](Program& program) { return check(program, *subject); };
    });
}

}  // namespace enginebay::cli
