// SPDX-License-Identifier: BSL-1.0
// What the tests of the plugin host share: a folder of plugins of one's own, and the built ones.
#pragma once

#include "support/temporary_folder.hpp"

#include <enginebay/error.hpp>
#include <enginebay/plugin_host.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace enginebay::testing {

/// A plugin of tests/core/plugins as it was built.
std::filesystem::path built_plugin(const std::string& name);

/// The message of the Errc::plugin that `host.load(name)` throws; empty when it throws nothing.
std::string load_failure(PluginHost& host, const std::string& name);

/// Changes `file` in place: `bytes` from `offset` on.
void overwrite(const std::filesystem::path& file, std::size_t offset, std::string_view bytes);

class PluginHostTest : public ::testing::Test {
protected:
    /// A copy of a built plugin in folder(), under its own or another name.
    std::filesystem::path place(const std::string& plugin, const std::string& as = {});

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
    [[nodiscard]] PluginHost host() const { return PluginHost{{folder()}}; }

    /// The one plugin of folder(), as list() reports it.
    [[nodiscard]] PluginReport only_report() const;
    /// Places `plugin` and gives the reason for which both list() and load() refuse it.
    std::string refusal(const std::string& plugin);

private:
    TemporaryFolder folder_;
};

}  // namespace enginebay::testing
