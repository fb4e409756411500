// SPDX-License-Identifier: BSL-1.0
// A shared library that is no plugin.
extern "C" [[gnu::visibility("default")]] const int enginebay_plugin;
const int enginebay_plugin = 1;
