// SPDX-License-Identifier: BSL-1.0
// The daemon's own sections. That the file is one sound YAML document has been checked by then:
// load_settings() has read it.
#include "startup/own_settings.hpp"

#include <enginebay/error.hpp>

#include <Poco/AutoPtr.h>
#include <Poco/Util/MapConfiguration.h>
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <functional>
#include <map>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;

class SectionReader {
public:
    SectionReader(const enginebay::Settings& settings, const enginebay::SettingsSource& source)
        : file_{settings.file}, working_dir_{settings.working_dir} {
        for (const auto& [name, value] : source.environment) {
            variables_->setString(name, value);
        }
        variables_->setString("WORKING_DIR", settings.working_dir.string());
    }

    OwnSettings read() {
        const YAML::Node root = YAML::LoadFile(file_.string());
        section(root, "api", {{"socket", [this](const YAML::Node& node) { socket(node); }}});
        section(root, "log",
                {{"level", [this](const YAML::Node& node) { out_.log_level = text(node); }}});
        section(root, "loops",
                {{"checkpoint", interval(out_.loops.checkpoint)},
                 {"voices", interval(out_.loops.voices)},
                 {"agents", interval(out_.loops.agents)},
                 {"listeners", interval(out_.loops.listeners)},
                 {"outboxes", interval(out_.loops.outboxes)},
                 {"contracts", interval(out_.loops.contracts)},
                 {"sessions", interval(out_.loops.sessions)},
                 {"retention", interval(out_.loops.retention)}});
        section(root, "keep",
                {{"idle_sessions", age(out_.keep.idle_sessions)},
                 {"unextracted", age(out_.keep.unextracted)},
                 {"voices", age(out_.keep.voices)},
                 {"listeners", age(out_.keep.listeners)},
                 {"delivered", age(out_.keep.delivered)},
                 {"closed_sessions", age(out_.keep.closed_sessions)}});
        section(root, "outboxes",
                {{"lock", interval(out_.outboxes.lock)},
                 {"first_wait", interval(out_.outboxes.first_wait)},
                 {"longest_wait", interval(out_.outboxes.longest_wait)},
                 {"hook_attempts", count(out_.outboxes.hook_attempts)},
                 {"notification_attempts", count(out_.outboxes.notification_attempts)},
                 {"webhook_attempts", count(out_.outboxes.webhook_attempts)}});
        return out_;
    }

private:
    using Reader = std::function<void(const YAML::Node&)>;
    using Readers = std::map<std::string, Reader>;

    Reader interval(std::chrono::milliseconds& target) {
        return [this, &target](const YAML::Node& node) { target = duration(node); };
    }
    Reader age(KeepSettings::Age& target) {
        return [this, &target](const YAML::Node& node) {
            target = text(node) == "off" ? KeepSettings::Age{} : duration(node);
        };
    }
    Reader count(std::int64_t& target) {
        return [this, &target](const YAML::Node& node) { target = number(node); };
    }

    void section(const YAML::Node& root, const std::string& name, const Readers& readers) {
        if (!root.IsMap() || !root[name] || root[name].IsNull()) {
            return;
        }
        const YAML::Node node = root[name];
        if (!node.IsMap()) {
            refuse(node, fmt::format("'{}' must be a mapping", name));
        }
        for (const auto& entry : node) {
            const auto reader = readers.find(entry.first.Scalar());
            if (reader == readers.end()) {
                std::string known;
                for (const auto& [key, unused] : readers) {
                    known += (known.empty() ? "" : ", ") + key;
                }
                refuse(entry.first, fmt::format("unknown key '{}.{}' (known: {})", name,
                                                entry.first.Scalar(), known));
            }
            if (!entry.second.IsNull()) {
                reader->second(entry.second);
            }
        }
    }

    [[noreturn]] void refuse(const YAML::Node& node, const std::string& why) const {
        const std::string where =
            fmt::format("{}:{}:{}", file_.string(), node.Mark().line + 1, node.Mark().column + 1);
        Error error{Errc::configuration, fmt::format("{}: {}", where, why)};
        error.where(where);
        throw error;
    }

    [[nodiscard]] std::string text(const YAML::Node& node) const {
        if (!node.IsScalar()) {
            refuse(node, "a single value is meant");
        }
        // A variable that is not set stays as it was written.
        std::string value = variables_->expand(node.Scalar());
        if (value.find("${") != std::string::npos) {
            refuse(node, fmt::format("'{}' names a variable that is not set", value));
        }
        return value;
    }

    void socket(const YAML::Node& node) {
        const std::string path = text(node);
        if (path.empty()) {
            refuse(node, "the socket's path is empty");
        }
        out_.socket = working_dir_ / path;
    }

    [[nodiscard]] std::int64_t number(const YAML::Node& node) const {
        const std::string value = text(node);
        std::int64_t result = 0;
        const auto [end, problem] =
            std::from_chars(value.data(), value.data() + value.size(), result);
        if (problem != std::errc{} || end != value.data() + value.size() || result < 0) {
            refuse(node, fmt::format("'{}' is no whole number from 0", value));
        }
        return result;
    }

    [[nodiscard]] std::chrono::milliseconds duration(const YAML::Node& node) const {
        static const std::map<std::string, std::int64_t, std::less<>> units{
            {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
        const std::string value = text(node);
        std::int64_t number = 0;
        const auto [end, problem] =
            std::from_chars(value.data(), value.data() + value.size(), number);
        const auto unit = units.find(std::string{end, value.data() + value.size()});
        if (problem != std::errc{} || unit == units.end() || number <= 0 ||
            number > 366 * 86'400'000LL / unit->second) {
            refuse(node, fmt::format("'{}' is no time such as 300s, 5m or 1h", value));
        }
        return std::chrono::milliseconds{number * unit->second};
    }

    std::filesystem::path file_;
    std::filesystem::path working_dir_;
    Poco::AutoPtr<Poco::Util::MapConfiguration> variables_{new Poco::Util::MapConfiguration};
    OwnSettings out_;
};

}  // namespace

OwnSettings read_own_settings(const enginebay::Settings& settings,
                              const enginebay::SettingsSource& source) {
    if (settings.file.empty()) {
        return {};
    }
    try {
        return SectionReader{settings, source}.read();
    } catch (const YAML::Exception& error) {
        throw Error{Errc::configuration,
                    fmt::format("cannot read {}: {}", settings.file.string(), error.what())};
    }
}

}  // namespace teleclaude
