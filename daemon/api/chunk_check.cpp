// SPDX-License-Identifier: BSL-1.0
// ChunkCheck: size, data, size, data, and a size of 0.
#include "api/chunk_check.hpp"

#include <algorithm>
#include <cstddef>

namespace teleclaude {
namespace {

constexpr int most_digits = 8;  // what the HTTP library reads of a size

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char small = static_cast<char>(c | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

}  // namespace

void ChunkCheck::take(std::string_view bytes) noexcept {
    while (!bytes.empty() && state_ != State::end && state_ != State::broken) {
        if (state_ == State::data) {
            const auto part =
                static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
            left_ -= part;
            bytes.remove_prefix(part);
            state_ = left_ == 0 ? State::after_data : State::data;
        } else {
            take_one(bytes.front());
            bytes.remove_prefix(1);
        }
    }
}

void ChunkCheck::take_one(char c) noexcept {
    switch (state_) {
        case State::head:
            take_head(c);
            break;
        case State::size:
            take_size(c);
            break;
        case State::extension:
            if (c == '\n') {
                end_of_size();
            }
            break;
        default:  // behind the data: the end of its line, with or without a return
            state_ = c == '\n' ? State::size : c == '\r' ? State::after_data : State::broken;
            digits_ = 0;
            break;
    }
}

void ChunkCheck::take_head(char c) noexcept {
    if (c == '\n') {
        state_ = line_is_empty_ ? State::size : State::head;
        line_is_empty_ = true;
    } else if (c != '\r') {
        line_is_empty_ = false;
    }
}

void ChunkCheck::take_size(char c) noexcept {
    const int value = hex_value(c);
    if (value >= 0 && digits_ < most_digits) {
        left_ = (digits_ == 0 ? 0 : left_ * 16) + static_cast<std::uint64_t>(value);
        ++digits_;
    } else if (digits_ == 0) {
        state_ = State::broken;
    } else if (c == '\n') {
        end_of_size();
    } else {
        state_ = c == ';' || c == '\r' || c == ' ' || c == '\t' ? State::extension : State::broken;
    }
}

void ChunkCheck::end_of_size() noexcept { state_ = left_ == 0 ? State::end : State::data; }

}  // namespace teleclaude
