// SPDX-License-Identifier: BSL-1.0
// Finds the comments by their lines: what reads YAML does not keep them.
#include "migration/remarks.hpp"

#include "migration/statements.hpp"
#include "yaml/read_file.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <sstream>
#include <system_error>

namespace enginebay::migration {
namespace {

std::string trimmed(const std::string& text) {
    constexpr const char* blanks = " \t\r";
    const std::size_t start = text.find_first_not_of(blanks);
    return start == std::string::npos
               ? std::string{}
               : text.substr(start, text.find_last_not_of(blanks) - start + 1);
}

/// A comment begins with the mark and ends where its line is not followed by another of comment.
std::vector<Remark> remarks_in(const std::string& content) {
    constexpr std::string_view mark = "# DECIDE:";
    std::vector<Remark> remarks;
    std::istringstream lines{content};
    std::string line;
    bool open = false;
    for (std::uint32_t number = 1; std::getline(lines, line); ++number) {
        const std::string text = trimmed(line);
        if (text.starts_with(mark)) {
            remarks.push_back({number, trimmed(text.substr(mark.size()))});
            open = true;
        } else if (open && text.starts_with('#')) {
            remarks.back().words += " " + trimmed(text.substr(1));
        } else {
            open = false;
        }
    }
    return remarks;
}

std::string others(const std::vector<Remark>& remarks) {
    std::string text;
    for (std::size_t i = 1; i < remarks.size(); ++i) {
        text += (i == 1 ? " (more at line " : ", ") + std::to_string(remarks[i].line);
    }
    return text.empty() ? text : text + ")";
}

[[noreturn]] void refuse(const Revision& revision, const std::vector<Remark>& remarks) {
    const std::string place = fmt::format("{}:{}", revision.file, remarks.front().line);
    const std::string& words = remarks.front().words;
    Error error{
        Errc::input,
        fmt::format("{}: revision '{}' waits for a decision{}{}; {}; or say why it may run as it "
                    "is: `allow: {{{}: why}}`. Nothing was changed",
                    place, revision.id, words.empty() ? "" : ", \"" + words + "\"", others(remarks),
                    undecided_remedy, undecided_rule)};
    error.where(place);
    throw error;
}

}  // namespace

std::vector<Remark> undecided(const Revision& revision) {
    std::error_code unknown;  // is told by reading it
    if (revision.file.empty() || revision.allow.contains(std::string{undecided_rule}) ||
        (!std::filesystem::exists(revision.file, unknown) && !unknown)) {
        return {};
    }
    return remarks_in(yaml::read_file(revision.file, Errc::input));
}

void require_decided(std::span<const Revision* const> steps, const std::string& backend) {
    for (const Revision* revision : steps) {
        if (!runs_on(*revision, backend)) {
            continue;
        }
        const std::vector<Remark> remarks = undecided(*revision);
        if (!remarks.empty()) {
            refuse(*revision, remarks);
        }
    }
}

}  // namespace enginebay::migration
