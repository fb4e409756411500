// SPDX-License-Identifier: BSL-1.0
// ChunkCheck: whether a body in chunks is whole. The HTTP library takes a malformed chunk, and a
// connection that broke off, for the end of the body.
// Threads: one.
#pragma once

#include <cstdint>
#include <string_view>

namespace teleclaude {

class ChunkCheck {
public:
    /// What has come, the request's head first, in pieces of any size.
    void take(std::string_view bytes) noexcept;
    /// The last chunk has come, and everything before it was well formed.
    [[nodiscard]] bool whole() const noexcept { return state_ == State::end; }

private:
    enum class State : std::uint8_t { head, size, extension, data, after_data, end, broken };

    void take_one(char c) noexcept;
    void take_head(char c) noexcept;
    void take_size(char c) noexcept;
    void end_of_size() noexcept;

    State state_{State::head};
    bool line_is_empty_{false};  ///< of the head, the line that is being read
    int digits_{0};
    std::uint64_t left_{0};  ///< of the chunk
};

}  // namespace teleclaude
