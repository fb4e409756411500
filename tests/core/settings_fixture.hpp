// SPDX-License-Identifier: BSL-1.0
// What the tests of the settings share: a folder, an environment, a file in it.
#pragma once

#include "support/temporary_folder.hpp"

#include <enginebay/error.hpp>
#include <enginebay/settings.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace enginebay::testing {

class SettingsTest : public ::testing::Test {
protected:
    SettingsTest() {
        source.current_directory = folder / "here";
        source.program = folder / "prefix/bin/program";
        std::filesystem::create_directories(source.current_directory);
    }

    /// The file that is found in the current directory.
    std::filesystem::path file() const { return source.current_directory / "bay.yml"; }

    Settings load() const { return load_settings(spec, source); }

    Settings load(std::string_view yaml) const {
        write_file(file(), yaml);
        return load();
    }

    /// The error that loading ends with.
    Error failure() const {
        try {
            static_cast<void>(load());
        } catch (const Error& error) {
            return error;
        }
        ADD_FAILURE() << "no error was thrown";
        return Error{Errc::internal, "nothing"};
    }

    Error failure(std::string_view yaml) const {
        write_file(file(), yaml);
        return failure();
    }

    /// "3:5" when `error` names line 3, column 5 of the file.
    std::string place(const Error& error) const {
        const std::string prefix = file().string() + ':';
        return error.where().starts_with(prefix) ? error.where().substr(prefix.size())
                                                 : error.where();
    }

    static std::optional<Setting> origin(const Settings& settings, std::string_view key) {
        for (const Setting& setting : settings.origins) {
            if (setting.key == key) {
                return setting;
            }
        }
        return std::nullopt;
    }

    TemporaryFolder folder;
    ConfigSpec spec{"bay", "alpha", {}};
    SettingsSource source;
};

}  // namespace enginebay::testing
