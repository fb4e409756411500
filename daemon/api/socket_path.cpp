// SPDX-License-Identifier: BSL-1.0
// The choice of the socket's path.
#include "api/socket_path.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <sys/un.h>

namespace teleclaude {
namespace {

constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;

std::filesystem::path choose(const std::optional<std::filesystem::path>& from_command_line,
                             const std::optional<std::filesystem::path>& from_file,
                             const enginebay::SettingsSource& source) {
    const auto variable = [&source](const char* name) -> const std::string* {
        const auto found = source.environment.find(name);
        return found == source.environment.end() || found->second.empty() ? nullptr
                                                                          : &found->second;
    };
    if (from_command_line) {
        return *from_command_line;
    }
    if (const std::string* named = variable("TELECLAUDE_SOCKET")) {
        return *named;
    }
    if (from_file) {
        return *from_file;
    }
    if (const std::string* folder = variable("XDG_RUNTIME_DIR")) {
        return std::filesystem::path{*folder} / "teleclauded.sock";
    }
    return "teleclauded.sock";
}

}  // namespace

std::filesystem::path socket_path(const std::optional<std::filesystem::path>& from_command_line,
                                  const std::optional<std::filesystem::path>& from_file,
                                  const enginebay::SettingsSource& source) {
    const std::filesystem::path chosen = choose(from_command_line, from_file, source);
    const std::filesystem::path path = (source.current_directory / chosen).lexically_normal();
    if (chosen.empty() || path.native().size() > longest) {
        throw enginebay::Error{
            enginebay::Errc::configuration,
            fmt::format("cannot listen at '{}': its path has {} bytes, a socket's may have {}; "
                        "choose a shorter one with --socket, TELECLAUDE_SOCKET or api.socket",
                        path.string(), path.native().size(), longest)};
    }
    return path;
}

}  // namespace teleclaude
