// SPDX-License-Identifier: BSL-1.0
// enginebay doctor: one thing after the other that must be right, and the first that is not.
#include "commands.hpp"
#include "output.hpp"
#include "program.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <functional>
#include <iostream>
#include <memory>

namespace enginebay::cli {
namespace {

struct Finding {
    std::string name;
    std::string status;  ///< ok, warning, failed
    std::string detail;
};

class Doctor {
public:
    explicit Doctor(Program& program) : program_{program} {}

    int run() {
        const bool configured = look("configuration", [this] { configuration(); });
        const bool plugin = configured && look("plugin", [this] { this->plugin(); });
        const bool connected = plugin && look("connection", [this] { connection(); });
        if (connected) {
            look("settings", [this] { settings(); });
            look("lock", [this] { lock(); });
        }
        const bool revisions = configured && look("revisions", [this] { this->revisions(); });
        if (connected && revisions) {
            look("migrations", [this] { migrations(); });
        }
        print();
        return exit_status_;
    }

private:
    void add(const std::string& status, const std::string& detail) {
        findings_.push_back({subject_, status, detail});
    }

    /// Runs one examination; a failed one decides the exit status unless an earlier one did.
    bool look(const std::string& subject, const std::function<void()>& examination) {
        subject_ = subject;
        try {
            examination();
            return true;
        } catch (const Error& error) {
            add("failed", error.what());
            if (exit_status_ == 0) {
                exit_status_ = exit_status(error.code());
            }
            return false;
        }
    }

    void configuration() {
        const Settings& settings = program_.settings();
        add("ok",
            settings.file.empty() ? "no file: defaults and environment" : settings.file.string());
    }

    void plugin() {
        const std::string& name = program_.settings().database.engine;
        const PluginInfo info = program_.host().load(name);
        add("ok", fmt::format("{} {} (contract {})", info.name, info.version, info.contract));
        for (const PluginReport& report : program_.host().list()) {
            if (report.info.name == name && report.usable && !report.warning.empty()) {
                add("warning", fmt::format("{}: {}", report.file.string(), report.warning));
            }
        }
    }

    void connection() {
        connection_ = program_.engine().connect(Access::read_only);
        add("ok", fmt::format("{} at {}", program_.engine().server_version(*connection_),
                              program_.engine().location()));
    }

    void settings() {
        for (const EffectiveSetting& setting : program_.engine().effective_settings(*connection_)) {
            // A plugin that has something to say about the other end says it as a setting.
            const bool warning = setting.name == "warning" || setting.name.ends_with("_warning");
            add(warning ? "warning" : "ok",
                warning ? setting.value : setting.name + " = " + setting.value);
        }
    }

    void lock() {
        LockOptions options;
        options.name = program_.lock_name();
        const LockHolder holder = program_.engine().instance_lock(options)->holder();
        const bool held = holder.pid != 0 || !holder.what.empty();
        add("ok", options.name + (held ? ": held by " + describe(holder) : ": free"));
    }

    void revisions() {
        const MigrationSet& set = program_.migration_set();
        add("ok", fmt::format("{} in {}", set.revisions().size(),
                              program_.settings().migrations.string()));
        for (const std::string& disagreement : set.disagreements()) {
            add("warning", disagreement);
        }
    }

    void migrations() {
        const MigrationStatus status = program_.migrations().status();
        if (status.pending.empty()) {
            add("ok", "up to date at " + joined(status.current));
        } else {
            add("warning", "pending: " + joined(status.pending) + "; run `enginebay upgrade`");
        }
    }

    void print() const {
        if (!program_.json()) {
            std::vector<std::vector<std::string>> rows;
            rows.reserve(findings_.size());
            for (const Finding& finding : findings_) {
                rows.push_back({finding.name, finding.status, finding.detail});
            }
            print_table({"SUBJECT", "STATE", "DETAIL"}, rows);
            return;
        }
        const auto to_json = [](const Finding& finding) {
            return json_object(
                {{"name", finding.name}, {"status", finding.status}, {"detail", finding.detail}});
        };
        print_json(
            json_object({{"ok", exit_status_ == 0}, {"checks", json_list(findings_, to_json)}}));
    }

    Program& program_;
    std::unique_ptr<Connection> connection_;
    std::vector<Finding> findings_;
    std::string subject_;
    int exit_status_{0};
};

}  // namespace

void add_doctor(CLI::App& app, Chosen& chosen) {
    CLI::App* command = app.add_subcommand(
        "doctor", "Looks at everything in turn: configuration, plugin, connection, migrations");
    command->footer(
        "Reads only. Ends with the status of the first thing that failed.\n\nExample:\n"
        "  enginebay doctor");
    command->callback(
        [&chosen] { chosen.action = [](Program& program) { return Doctor{program}.run(); }; });
}

}  // namespace enginebay::cli
