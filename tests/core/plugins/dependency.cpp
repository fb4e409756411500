// SPDX-License-Identifier: BSL-1.0
// The client library that the plugins with a dependency use.
extern "C" [[gnu::visibility("default")]] int fixture_dependency();
int fixture_dependency() { return 0; }
