// SPDX-License-Identifier: BSL-1.0
// process_source(): the one place that looks at the process's own environment, for main.
#include <enginebay/settings.hpp>

#include <unistd.h>

#include <string_view>
#include <system_error>

namespace enginebay {

SettingsSource process_source() {
    SettingsSource source;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos) {
            source.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    std::error_code failed;
    source.program = std::filesystem::read_symlink("/proc/self/exe", failed);
    source.current_directory = std::filesystem::current_path(failed);
    return source;
}

}  // namespace enginebay
