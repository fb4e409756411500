// SPDX-License-Identifier: BSL-1.0
// The head of a request: request line, field names, lengths.
#include "api/head.hpp"

#include <Poco/Net/HTTPResponse.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace teleclaude {
namespace {

constexpr std::size_t longest_line = 8'000;
constexpr std::size_t most_fields = 100;

Answer bad(const std::string& why) { return failure(400, "bad_request", why); }

bool is_token(std::string_view text) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               others.find(c) != std::string_view::npos;
    });
}

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? x - 'A' + 'a' : x) == y;
    });
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<Answer> refuse_request_line(std::string_view line) {
    const std::size_t first = line.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos || !is_token(line.substr(0, first))) {
        return bad("the request line is no 'METHOD /path HTTP/1.1'");
    }
    const std::string_view path = line.substr(first + 1, second - first - 1);
    const std::string_view version = line.substr(second + 1);
    const bool plain = std::all_of(path.begin(), path.end(), [](char c) {
        return static_cast<unsigned char>(c) > 0x20U && static_cast<unsigned char>(c) != 0x7FU;
    });
    if (path.empty() || path.front() != '/' || !plain) {
        return bad("the request line names no path");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return failure(505, "version_not_supported", "HTTP/1.1 is spoken here");
    }
    return std::nullopt;
}

/// What the fields say about the body.
struct BodyFields {
    std::optional<std::uint64_t> length;
    bool chunked{false};
};

std::optional<Answer> read_length(std::string_view value, BodyFields& fields) {
    std::uint64_t length = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (problem != std::errc{} || end != value.data() + value.size()) {
        return bad("Content-Length is no number");
    }
    if (fields.length && *fields.length != length) {
        return bad("two values of Content-Length");
    }
    fields.length = length;
    return std::nullopt;
}

std::optional<Answer> read_field(std::string_view line, BodyFields& fields) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return bad("a line of the head is no 'Name: value'");
    }
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    const bool plain = std::none_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20U && c != '\t') || byte == 0x7FU;
    });
    if (!plain) {
        return bad("a line of the head holds a control character");
    }
    if (same_name(name, "content-length")) {
        return read_length(value, fields);
    }
    if (same_name(name, "transfer-encoding")) {
        if (!same_name(value, "chunked") || fields.chunked) {
            return failure(501, "not_implemented", "the only transfer encoding is 'chunked'");
        }
        fields.chunked = true;
    }
    return std::nullopt;
}

std::string_view next_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
    }
    return line;
}

std::optional<Answer> refuse_fields(std::string_view rest, BodyFields& fields) {
    std::size_t count = 0;
    for (std::string_view line = next_line(rest); !line.empty(); line = next_line(rest)) {
        if (line.size() > longest_line || ++count > most_fields) {
            return failure(431, "head_too_large", "the head of the request is too long");
        }
        if (std::optional<Answer> refusal = read_field(line, fields)) {
            return refusal;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<Answer> refuse_head(std::string_view head, std::size_t most) {
    if (head.find("\r\n\r\n") == std::string_view::npos &&
        head.find("\n\n") == std::string_view::npos) {
        return failure(431, "head_too_large", "the head of the request is too long");
    }
    std::string_view rest = head;
    if (std::optional<Answer> refusal = refuse_request_line(next_line(rest))) {
        return refusal;
    }
    BodyFields fields;
    if (std::optional<Answer> refusal = refuse_fields(rest, fields)) {
        return refusal;
    }
    if (fields.chunked && fields.length) {
        return bad("a request has a Content-Length or is chunked, not both");
    }
    if (fields.length && *fields.length > most) {
        return failure(413, "too_large", fmt::format("the body may have {} bytes", most));
    }
    return std::nullopt;
}

std::string raw_answer(const Answer& answer) {
    const auto status = static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status);
    std::string text = fmt::format(
        "HTTP/1.1 {} {}\r\nConnection: close\r\nContent-Type: application/json\r\n"
        "Content-Length: {}\r\n",
        answer.status, Poco::Net::HTTPResponse::getReasonForStatus(status), answer.body.size());
    for (const auto& [name, value] : answer.headers) {
        text += fmt::format("{}: {}\r\n", name, value);
    }
    return text + "\r\n" + answer.body;
}

}  // namespace teleclaude
