// SPDX-License-Identifier: BSL-1.0
// Memory: what sessions learned, with full-text search over it.
// Threads: any function from any thread.  Ownership: part of the Store.
#pragma once

#include <enginebay/rows.hpp>
#include <enginebay/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace teleclaude {

class Store;
class Statement;

/// A row of memory_observations.
struct Observation {
    std::int64_t id{0};
    std::string memory_session_id;
    std::string project;
    std::string type;
    std::optional<std::string> title;
    std::optional<std::string> subtitle;
    std::optional<std::string> facts;  ///< a JSON list
    std::optional<std::string> narrative;
    std::optional<std::string> concepts;        ///< a JSON list
    std::optional<std::string> files_read;      ///< a JSON list
    std::optional<std::string> files_modified;  ///< a JSON list
    std::optional<std::int64_t> prompt_number;
    std::int64_t discovery_tokens{0};
    std::optional<enginebay::Timestamp> created_at;
    std::int64_t created_at_epoch{0};
    std::optional<std::string> identity_key;
};

constexpr auto fields(const Observation*) {
    using enginebay::field;
    using O = Observation;
    return std::tuple{field("id", &O::id),
                      field("memory_session_id", &O::memory_session_id),
                      field("project", &O::project),
                      field("type", &O::type),
                      field("title", &O::title),
                      field("subtitle", &O::subtitle),
                      field("facts", &O::facts),
                      field("narrative", &O::narrative),
                      field("concepts", &O::concepts),
                      field("files_read", &O::files_read),
                      field("files_modified", &O::files_modified),
                      field("prompt_number", &O::prompt_number),
                      field("discovery_tokens", &O::discovery_tokens),
                      field("created_at", &O::created_at),
                      field("created_at_epoch", &O::created_at_epoch),
                      field("identity_key", &O::identity_key)};
}

/// A row of memory_summaries.
struct Summary {
    std::int64_t id{0};
    std::string memory_session_id;
    std::string project;
    std::optional<std::string> request;
    std::optional<std::string> investigated;
    std::optional<std::string> learned;
    std::optional<std::string> completed;
    std::optional<std::string> next_steps;
    std::optional<enginebay::Timestamp> created_at;
    std::int64_t created_at_epoch{0};
};

constexpr auto fields(const Summary*) {
    using enginebay::field;
    return std::tuple{field("id", &Summary::id),
                      field("memory_session_id", &Summary::memory_session_id),
                      field("project", &Summary::project),
                      field("request", &Summary::request),
                      field("investigated", &Summary::investigated),
                      field("learned", &Summary::learned),
                      field("completed", &Summary::completed),
                      field("next_steps", &Summary::next_steps),
                      field("created_at", &Summary::created_at),
                      field("created_at_epoch", &Summary::created_at_epoch)};
}

/// What is to be remembered.
struct NewObservation {
    std::string text;
    std::string project{"teleclaude"};
    std::string type{"discovery"};
    std::string title;  ///< empty: the first sentence of the text
    std::vector<std::string> facts;
    std::vector<std::string> concepts;
    std::optional<std::string> identity_key;
};

struct MemoryQuery {
    std::string words;         ///< every one must be there
    std::string project;       ///< empty: any
    std::string type;          ///< empty: any
    std::string identity_key;  ///< empty: any; else rows with this key or none
    std::int64_t limit{20};
};

class Memory {
public:
    explicit Memory(Store& store) noexcept : store_{store} {}

    /// Its id. The memory session is the project's one for what is noted by hand.
    std::int64_t save(const NewObservation& observation);
    /// False where there is none.
    bool remove(std::int64_t id);
    // Newest first: by time, then by id.
    std::vector<Observation> by_ids(const std::vector<std::int64_t>& ids,
                                    const std::string& project = {});
    std::vector<Observation> recent(const std::string& project, std::int64_t limit = 50);
    std::vector<Summary> recent_summaries(const std::string& project, std::int64_t limit = 5);
    std::vector<Observation> search(const MemoryQuery& query);
    /// The anchor with what came before and after it, oldest first, each row once; nothing where
    /// there is no anchor.
    std::vector<Observation> timeline(std::int64_t anchor, std::int64_t before = 3,
                                      std::int64_t after = 3, const std::string& project = {});

private:
    std::vector<Observation> select(const Statement& statement);
    Store& store_;
};

}  // namespace teleclaude
