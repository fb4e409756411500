// SPDX-License-Identifier: BSL-1.0
// Placeholders: `?` to `$n`, and what kind of statement a text is.
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace enginebay::postgresql {

struct Rewritten {
    std::string text;
    std::size_t count{0};  ///< how many placeholders
};

/// Every `?` becomes `$1`, `$2` ..., every `??` a literal question mark. Strings (also E'' and
/// $tag$), quoted names and comments (nested ones too) are left alone.
Rewritten rewrite_placeholders(std::string_view sql);

/// What a statement's first word says about how to run it.
enum class StatementKind : std::uint8_t {
    rows,         ///< SELECT, INSERT, UPDATE, DELETE, MERGE, WITH, VALUES, TABLE: worth preparing
    commit,       ///< COMMIT, END: its answer must be looked at
    transaction,  ///< BEGIN, ROLLBACK, SAVEPOINT ...: leaves nothing behind in the session
    reading,      ///< SHOW, EXPLAIN: likewise
    session,      ///< SET, LISTEN, PREPARE ...: may leave something behind
    structure,    ///< DDL and everything else: prepared statements may no longer fit
};

StatementKind kind_of(std::string_view sql);

/// Why a statement cannot travel in a batch; empty where it can.
std::string_view unfit_for_a_batch(std::string_view sql);

/// The statement's first word says that it changes nothing (functions that it calls aside).
bool only_reads(std::string_view sql);

/// Whether a statement of kind `rows` calls something that outlives it: a session's advisory lock,
/// set_config().
bool leaves_session_state(std::string_view sql);

/// The statement's beginning on one line, for messages; never one that sets a password.
std::string abbreviated(std::string_view sql);

}  // namespace enginebay::postgresql
