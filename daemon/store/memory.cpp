// SPDX-License-Identifier: BSL-1.0
// Memory: the statements.
#include "store/memory.hpp"

#include "store/json_text.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"

#include <enginebay/error.hpp>
#include <enginebay/schema.hpp>

#include <Poco/JSON/Array.h>
#include <Poco/UUIDGenerator.h>
#include <fmt/format.h>

#include <algorithm>

namespace teleclaude {
namespace {

using enginebay::Session;
using enginebay::Timestamp;

constexpr std::size_t longest_title = 80;

// As schema.yaml declares it.
const enginebay::SearchIndex& search_index() {
    static const enginebay::SearchIndex index{
        "memory_observations_fts",
        {"title", "subtitle", "narrative", "facts", "concepts"},
        "id",
        {"memory_obs_ai", "memory_obs_ad", "memory_obs_au"}};
    return index;
}

/// At most `limit` characters, none of them cut.
std::string first_characters(const std::string& text, std::size_t limit) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
        if (begins && ++count > limit) {
            return text.substr(0, i);
        }
    }
    return text;
}

std::string first_sentence(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string::npos) {
        return {};
    }
    std::size_t end = text.find_first_of(".!?\n", begin);
    // A point in a number or a name ends no sentence.
    while (end != std::string::npos && text[end] != '\n' && end + 1 < text.size() &&
           text[end + 1] != ' ' && text[end + 1] != '\n') {
        end = text.find_first_of(".!?\n", end + 1);
    }
    return first_characters(text.substr(begin, end == std::string::npos ? end : end - begin),
                            longest_title);
}

std::optional<std::string> list_or_none(const std::vector<std::string>& items) {
    if (items.empty()) {
        return std::nullopt;
    }
    Poco::JSON::Array::Ptr list{new Poco::JSON::Array};
    for (const std::string& item : items) {
        list->add(item);
    }
    return to_json(list);
}

std::int64_t epoch(Timestamp instant) {
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

std::string manual_session(Session& session, const std::string& project, Timestamp now) {
    session.execute(
        "INSERT INTO memory_manual_sessions (memory_session_id, project, created_at_epoch)"
        " VALUES (?, ?, ?) ON CONFLICT (project) DO NOTHING",
        Poco::UUIDGenerator::defaultGenerator().createRandom().toString(), project, epoch(now));
    return read_texts(
               session,
               Statement{"SELECT memory_session_id FROM memory_manual_sessions WHERE project = ?",
                         project})
        .at(0);
}

Statement select_observations() {
    return Statement{"SELECT " + columns_of<Observation>("o.") + " FROM memory_observations o"};
}

constexpr std::string_view newest_first = " ORDER BY o.created_at_epoch DESC, o.id DESC";

}  // namespace

std::int64_t Memory::save(const NewObservation& observation) {
    const Timestamp now = enginebay::now();
    const std::string title =
        observation.title.empty() ? first_sentence(observation.text) : observation.title;
    return store_.write([&](Session& session) {
        const std::string memory_session = manual_session(session, observation.project, now);
        return session.query_one<std::int64_t>(
            "INSERT INTO memory_observations (memory_session_id, project, type, title, facts,"
            " narrative, concepts, created_at, created_at_epoch, identity_key)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            memory_session, observation.project, observation.type, title,
            list_or_none(observation.facts), observation.text, list_or_none(observation.concepts),
            now, epoch(now), observation.identity_key);
    });
}

bool Memory::remove(std::int64_t id) {
    return store_.write([id](Session& session) {
        return session.execute("DELETE FROM memory_observations WHERE id = ?", id) > 0;
    });
}

std::vector<Observation> Memory::select(const Statement& statement) {
    return store_.read([&](Session& session) { return read_all<Observation>(session, statement); });
}

std::vector<Observation> Memory::by_ids(const std::vector<std::int64_t>& ids,
                                        const std::string& project) {
    if (ids.empty()) {
        return {};
    }
    Statement statement = select_observations();
    statement.add(" WHERE o.id IN ").add_list(ids);
    if (!project.empty()) {
        statement.add(" AND o.project = ?", project);
    }
    return select(statement.add(newest_first));
}

std::vector<Observation> Memory::recent(const std::string& project, std::int64_t limit) {
    Statement statement = select_observations();
    statement.add(" WHERE o.project = ?", project).add(newest_first);
    return select(statement.add(" LIMIT ?", limit));
}

std::vector<Summary> Memory::recent_summaries(const std::string& project, std::int64_t limit) {
    return store_.read([&](Session& session) {
        return read_all<Summary>(session,
                                 Statement{"SELECT " + columns_of<Summary>() +
                                               " FROM memory_summaries WHERE project = ?"
                                               " ORDER BY created_at_epoch DESC, id DESC LIMIT ?",
                                           project, limit});
    });
}

std::vector<Observation> Memory::search(const MemoryQuery& query) {
    const enginebay::Dialect& dialect = store_.database().engine().dialect();
    Statement statement = select_observations();
    statement.add(" JOIN (" + dialect.search("memory_observations", search_index()) +
                      ") f ON f.found = o.id WHERE 1 = 1",
                  dialect.search_words(query.words));
    if (!query.project.empty()) {
        statement.add(" AND o.project = ?", query.project);
    }
    if (!query.type.empty()) {
        statement.add(" AND o.type = ?", query.type);
    }
    if (!query.identity_key.empty()) {
        statement.add(" AND (o.identity_key IS NULL OR o.identity_key = ?)", query.identity_key);
    }
    return select(statement.add(newest_first).add(" LIMIT ?", query.limit));
}

std::vector<Observation> Memory::timeline(std::int64_t anchor, std::int64_t before,
                                          std::int64_t after, const std::string& project) {
    const std::vector<Observation> found = by_ids({anchor}, project);
    if (found.empty()) {
        return {};
    }
    const Observation& middle = found.front();
    const auto side = [&](const char* comparison, const char* direction, std::int64_t limit) {
        Statement statement = select_observations();
        // Rows of one second are told apart by their id, so each stands on one side only.
        statement.add(fmt::format(" WHERE (o.created_at_epoch, o.id) {} (?, ?)", comparison),
                      middle.created_at_epoch, middle.id);
        if (!project.empty()) {
            statement.add(" AND o.project = ?", project);
        }
        statement.add(fmt::format(" ORDER BY o.created_at_epoch {0}, o.id {0} LIMIT ?", direction),
                      limit);
        return select(statement);
    };
    std::vector<Observation> line = side("<", "DESC", before);
    std::reverse(line.begin(), line.end());
    line.push_back(middle);
    std::vector<Observation> later = side(">", "ASC", after);
    std::move(later.begin(), later.end(), std::back_inserter(line));
    return line;
}

}  // namespace teleclaude
