// SPDX-License-Identifier: BSL-1.0
// Daemon: the order of the start, and of the end.
#include "daemon.hpp"

#include "api/health.hpp"
#include "api/metrics.hpp"
#include "api/socket_path.hpp"
#include "api/v1/v1.hpp"
#include "log.hpp"
#include "loops/loops.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace teleclaude {
namespace {

// A probe must answer before those who ask give up (containers: 3 s).
constexpr std::chrono::milliseconds probe_limit{2'000};

void add_line(std::string& text, std::string_view what, const std::string& fact) {
    text += fmt::format("  {:<9} {}\n", what, fact);
}

}  // namespace

Daemon::Daemon(StartInput input, Lifetime& lifetime)
    : input_{std::move(input)}, lifetime_{lifetime} {}

Daemon::~Daemon() { stop(); }

void Daemon::start() {
    read_settings();
    lifetime_.check();
    load_plugin();
    lifetime_.check();
    take_lock();
    lifetime_.check();
    migrate();
    lifetime_.check();
    open_store();
    start_loops();
    lifetime_.check();
    open_socket();
    lifetime_.check();
    ready_ = true;
}

void Daemon::read_settings() {
    settings_ = load_settings(input_.spec, input_.source);
    own_ = read_own_settings(settings_, input_.source);
    apply_log_level(own_);
    socket_path_ = socket_path(input_.options.socket, own_.socket, input_.source);
    if (input_.options.pid_file) {
        PidFile::check(pid_file_path());
    }
    log().debug(settings_.file.empty() ? "no configuration file: defaults and environment"
                                       : "configuration: " + settings_.file.string());
}

std::filesystem::path Daemon::pid_file_path() const {
    return input_.source.current_directory / *input_.options.pid_file;
}

void Daemon::load_plugin() {
    host_.emplace(enginebay::PluginHost::default_search_path(settings_.plugin_path));
    // Only a start that may migrate may also make a database.
    const auto access = settings_.on_start == enginebay::OnStart::upgrade
                            ? enginebay::Access::create
                            : enginebay::Access::read_write;
    database_.emplace(enginebay::Database::open(settings_.database, *host_, access));
    database_->observe(statements_);
    for (const enginebay::PluginReport& plugin : host_->loaded()) {
        log().debug(fmt::format("plugin {} {}: {}", plugin.info.name, plugin.info.version,
                                plugin.file.string()));
        if (!plugin.warning.empty()) {
            log().warning(fmt::format("plugin {}: {}", plugin.info.name, plugin.warning));
        }
    }
}

// Before anything that could make or change a database: a second daemon has touched nothing.
void Daemon::take_lock() {
    lock_.emplace(database_->engine(), input_.spec.product + "-daemon", lifetime_);
    lock_->acquire();
    log().debug("lock: " + lock_->describe());
}

void Daemon::open_store() {
    {
        enginebay::Session session = database_->session();
        session.label("start");
        server_version_ = database_->engine().server_version(session.connection());
    }
    store_.emplace(*database_, [this] { lock_->require(); });
    apply_rules(*store_, own_.outboxes);
}

void Daemon::start_loops() {
    // --check changes nothing but what migrations change.
    if (input_.options.check) {
        return;
    }
    loops_ = make_loops(*store_, own_);
}

void Daemon::open_socket() {
    prober_.emplace(*database_);
    listener_.emplace(socket_path_);
    router_.emplace(resources(), &requests_);
    server_.emplace(*listener_, *router_);
    if (input_.options.pid_file) {
        pid_file_.emplace(pid_file_path());
    }
}

std::vector<Resource> Daemon::resources() {
    HealthSource source;
    source.engine = settings_.database.engine;
    source.revision = revision_;
    source.lock_held = [this] { return lock_->held(); };
    source.database_failure = [this] { return prober_->failure(probe_limit); };
    source.ready = [this] { return ready_ && !lifetime_.ending(); };
    std::vector<Resource> all = v1_resources(*store_);
    all.push_back(
        metrics_resource({source.engine, server_version_, source.revision, &*lock_, &*database_,
                          &upgraded_, statements_.get(), &store_->metrics(), &requests_, &loops_}));
    all.push_back(health_resource(source));
    all.push_back(ready_resource(source));
    return all;
}

std::string Daemon::summary() {
    std::string text = fmt::format("teleclauded {} is ready\n", program_version());
    add_line(text, "backend", fmt::format("{} {}", settings_.database.engine, server_version_));
    add_line(text, "database", database_->engine().location());
    add_line(text, "revision",
             revision_.empty() ? "not looked at (migrations.on_start: off)" : revision_);
    add_line(text, "lock", lock_->held() ? "held: " + lock_->describe() : "lost");
    add_line(text, "socket", listener_->path().string());
    return text;
}

void Daemon::stop() noexcept {
    ready_ = false;
    server_.reset();
    listener_.reset();
    for (const auto& loop : loops_) {
        loop->request_stop();
    }
    loops_.clear();
    if (prober_) {
        prober_->stop();
    }
    close_database();
    prober_.reset();
    store_.reset();
    pid_file_.reset();
    lock_.reset();
    database_.reset();
    host_.reset();
}

void Daemon::close_database() noexcept {
    if (!database_) {
        return;
    }
    try {
        if (store_ && lock_ && lock_->held()) {
            enginebay::Session session = database_->session();
            static_cast<void>(database_->engine().checkpoint(session.connection()));
        }
    } catch (const std::exception& error) {
        log().warning(fmt::format("the last checkpoint failed: {}", error.what()));
    }
    try {
        database_->close();
    } catch (const std::exception& error) {
        log().warning(fmt::format("closing the database: {}", error.what()));
    }
}

void Daemon::reload() {
    apply_log_level(read_own_settings(load_settings(input_.spec, input_.source), input_.source));
}

// The environment is a person's wish for this one run, so it wins.
void Daemon::apply_log_level(const OwnSettings& own) const {
    const auto wished = input_.source.environment.find("TELECLAUDE_LOG_LEVEL");
    if (wished != input_.source.environment.end() && !wished->second.empty()) {
        set_log_level(wished->second);
    } else {
        set_log_level(own.log_level.value_or("information"));
    }
}

}  // namespace teleclaude
