// SPDX-License-Identifier: BSL-1.0
// MigrationFolder: a folder of migrations that a test writes; and what reading it says.
// Threads: one.
#pragma once

#include "support/temporary_folder.hpp"

#include <enginebay/error.hpp>
#include <enginebay/migrations.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace enginebay::testing {

/// A table `notes` as the one thing declared, and revisions as the test adds them.
class MigrationFolder {
public:
    MigrationFolder() {
        schema(
            "tables:\n"
            "  notes:\n"
            "    columns: [{name: id, type: identity}, {name: body, type: text}]\n"
            "    primary_key: [id]\n");
    }

    MigrationFolder& schema(const std::string& text) {
        write_file(folder_ / "schema.yaml", text);
        return *this;
    }

    /// A file of versions/ with that text.
    MigrationFolder& file(const std::string& name, const std::string& text) {
        write_file(folder_.path() / "versions" / name, text);
        return *this;
    }

    /// A revision with operations, given as YAML lines of two blanks and a dash.
    MigrationFolder& revision(const std::string& id, const std::string& parents,
                              const std::string& operations) {
        return file(id + ".yaml", "revision: " + id + "\nparents: [" + parents + "]\nmessage: " +
                                      id + "\nupgrade:\n" + operations + "irreversible: a test\n");
    }

    /// The first revision: what the schema of the constructor declares.
    MigrationFolder& base(const std::string& id = "0001_base") {
        return revision(id, "",
                        "  - create_table:\n"
                        "      name: notes\n"
                        "      columns: [{name: id, type: identity}, {name: body, type: text}]\n"
                        "      primary_key: [id]\n");
    }

    void remove(const std::string& name) const {
        std::filesystem::remove(folder_.path() / "versions" / name);
    }

    [[nodiscard]] MigrationSet load() const { return MigrationSet::load(folder_.path()); }
    [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

    /// The message of the Errc::input that reading it ends with, without the folder's own name.
    [[nodiscard]] std::string refusal() const {
        try {
            (void)load().declared();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::input) << error.what();
            std::string text = error.what();
            const std::string prefix = folder_.path().string() + "/";
            for (std::size_t at = 0; (at = text.find(prefix, at)) != std::string::npos;) {
                text.erase(at, prefix.size());
            }
            return text;
        }
        ADD_FAILURE() << "it was accepted";
        return {};
    }

private:
    TemporaryFolder folder_;
};

}  // namespace enginebay::testing
