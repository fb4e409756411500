// SPDX-License-Identifier: BSL-1.0
// A plugin whose file changes while it is being loaded.
#include "bare_engine.hpp"

#include <enginebay/plugin.hpp>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace {
int touch_own_file() {
    static const int here = 0;
    Dl_info info{};
    if (::dladdr(&here, &info) != 0) {
        const timespec long_ago[2] = {{1, 0}, {1, 0}};
        ::utimensat(AT_FDCWD, info.dli_fname, long_ago, 0);
    }
    return here;
}

[[maybe_unused, gnu::used]] const int deed = touch_own_file();
}  // namespace

ENGINEBAY_PLUGIN(touches_itself, "1.0.0", "BSL-1.0", enginebay::Location::file,
                 enginebay::Capabilities{}, enginebay::testing::open_bare)
