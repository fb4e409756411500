// SPDX-License-Identifier: BSL-1.0
// What must be timed in a process of its own: loading one plugin, by dlopen alone or through the
// host. Prints microseconds. `child dlopen FILE`, `child load FOLDER NAME`.
#include <enginebay/plugin_host.hpp>

#include <dlfcn.h>

#include <chrono>
#include <cstdio>
#include <cstring>

namespace {

using Clock = std::chrono::steady_clock;

bool load(int argc, char** argv) {
    if (argc == 3 && std::strcmp(argv[1], "dlopen") == 0) {
        return dlopen(argv[2], RTLD_NOW | RTLD_LOCAL) != nullptr;
    }
    if (argc == 4 && std::strcmp(argv[1], "load") == 0) {
        enginebay::PluginHost host{{argv[2]}};
        return host.load(argv[3]).name == argv[3];
    }
    return false;
}

}  // namespace

int main(int argc, char** argv) {
    const auto started = Clock::now();
    if (!load(argc, argv)) {
        return 1;
    }
    const std::chrono::duration<double, std::micro> elapsed = Clock::now() - started;
    std::printf("%.1f\n", elapsed.count());
    return 0;
}
