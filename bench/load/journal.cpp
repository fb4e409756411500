// SPDX-License-Identifier: BSL-1.0
// Journal: writing it, and holding the daemon to it.
#include "journal.hpp"

#include "client.hpp"
#include "store/json_text.hpp"

#include <fmt/format.h>

#include <sstream>

namespace teleclaude::load {
namespace {

/// Where an entry is to be found, and in which field its mark.
struct Place {
    std::string path;
    std::string field;
};

Place place_of(const Entry& entry) {
    if (entry.kind == "hook") {
        return {"/v1/hooks/" + entry.id, "session_id"};
    }
    if (entry.kind == "delivered") {
        return {"/v1/hooks/" + entry.id, "delivered_at"};
    }
    if (entry.kind == "setting") {
        return {"/v1/settings/" + entry.id, "value"};
    }
    return {"/v1/sessions/" + entry.id, entry.kind == "title" ? "title" : "session_id"};
}

std::string why_missing(const std::string& socket, const Entry& entry) {
    if (entry.mark == "?") {
        return {};  // it was tried again without an answer: nothing is known
    }
    const Place place = place_of(entry);
    const Reply reply = ask(socket, "GET", place.path);
    const auto object = parse_json_object(reply.body);
    if (reply.status != 200 || !object) {
        return fmt::format("{} {}: answered {}", entry.kind, entry.id, reply.status);
    }
    const std::string found = object->optValue<std::string>(place.field, "");
    // Of a delivery only that it is there is known, not when.
    if (found.empty() || (entry.kind != "delivered" && found != entry.mark)) {
        return fmt::format("{} {}: '{}' was acknowledged, '{}' is there", entry.kind, entry.id,
                           entry.mark, found);
    }
    return {};
}

}  // namespace

void Journal::add(const Entry& entry) {
    const std::lock_guard lock{mutex_};
    out_ << entry.kind << ' ' << entry.id << ' ' << entry.mark << std::endl;
}

std::vector<Entry> Journal::read(const std::string& file) {
    std::ifstream in{file};
    std::vector<Entry> entries;
    for (std::string line; std::getline(in, line);) {
        std::istringstream words{line};
        Entry entry;
        words >> entry.kind >> entry.id >> entry.mark;
        entries.push_back(std::move(entry));
    }
    return entries;
}

std::vector<std::string> missing(const std::string& socket, const std::vector<Entry>& entries) {
    // Of several titles of one session the last one counts.
    std::map<std::string, const Entry*> wanted;
    for (const Entry& entry : entries) {
        wanted[entry.kind + ' ' + entry.id] = &entry;
    }
    std::vector<std::string> missing;
    for (const auto& [unused, entry] : wanted) {
        const std::string why = why_missing(socket, *entry);
        if (!why.empty()) {
            missing.push_back(why);
        }
    }
    return missing;
}

}  // namespace teleclaude::load
