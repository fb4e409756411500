// SPDX-License-Identifier: BSL-1.0
// One request over Poco's HTTP server connection.
#include "api/connection.hpp"

#include "api/chunk_check.hpp"
#include "api/head.hpp"
#include "log.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace teleclaude {
namespace {

using Clock = std::chrono::steady_clock;

/// What comes in is looked at on its way to the HTTP library.
class WatchedSocketImpl final : public Poco::Net::StreamSocketImpl {
public:
    WatchedSocketImpl(int fd, ChunkCheck& check) : StreamSocketImpl(fd), check_{check} {}
    using StreamSocketImpl::receiveBytes;
    int receiveBytes(void* buffer, int length, int flags) override {
        const int size = StreamSocketImpl::receiveBytes(buffer, length, flags);
        if (size > 0) {
            check_.take({static_cast<const char*>(buffer), static_cast<std::size_t>(size)});
        }
        return size;
    }

protected:
    ~WatchedSocketImpl() override = default;

private:
    ChunkCheck& check_;
};

/// A connection that was accepted elsewhere.
class AcceptedSocket final : public Poco::Net::StreamSocket {
public:
    AcceptedSocket(int fd, ChunkCheck& check) : StreamSocket(new WatchedSocketImpl(fd, check)) {}
};

/// Who is at the other end, as the system knows it.
ucred peer_of(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
    return peer;
}

void note(const std::string& method, const std::string& path, int status, const ucred& peer) {
    const std::string line =
        fmt::format("{} {} {} (uid {}, pid {})", method, path, status, peer.uid, peer.pid);
    if (method == "GET" || method == "HEAD") {
        log().debug(line);
    } else {
        log().information(line);
    }
}

/// The body, or why it cannot be had.
std::optional<Answer> read_body(Poco::Net::HTTPServerRequest& from, Clock::time_point deadline,
                                const ChunkCheck& chunks, std::string& body) {
    // Without a length there is no body; Poco would read until the client hangs up.
    if (!from.hasContentLength() && !from.getChunkedTransferEncoding()) {
        return std::nullopt;
    }
    std::array<char, 8192> part{};
    std::istream& stream = from.stream();
    // peek() waits for one transfer only, so that a client that sends drop by drop is noticed.
    while (stream.peek() != std::istream::traits_type::eof()) {
        const std::streamsize there = stream.rdbuf()->in_avail();
        const auto size = std::clamp<std::streamsize>(there, 1, part.size());
        stream.read(part.data(), size);
        body.append(part.data(), static_cast<std::size_t>(stream.gcount()));
        if (body.size() > longest_body) {
            return failure(413, "too_large",
                           fmt::format("the body may have {} bytes", longest_body));
        }
        if (Clock::now() > deadline) {
            return failure(408, "timeout", "the body came too slowly");
        }
    }
    if (from.hasContentLength() &&
        body.size() != static_cast<std::size_t>(from.getContentLength64())) {
        return failure(400, "bad_request", "the body ended before its length");
    }
    if (from.getChunkedTransferEncoding() && !chunks.whole()) {
        return failure(400, "bad_request", "the body's chunks are malformed or break off");
    }
    return std::nullopt;
}

class Handler final : public Poco::Net::HTTPRequestHandler {
public:
    Handler(const Router& router, ucred peer, Clock::time_point deadline, const ChunkCheck& chunks)
        : router_{router}, peer_{peer}, deadline_{deadline}, chunks_{chunks} {}

    void handleRequest(Poco::Net::HTTPServerRequest& from,
                       Poco::Net::HTTPServerResponse& to) override {
        Request request;
        request.method = from.getMethod();
        const std::string& uri = from.getURI();
        const std::size_t mark = uri.find('?');
        request.path = uri.substr(0, mark);
        request.query = mark == std::string::npos ? "" : uri.substr(mark + 1);
        const std::string path = request.path;
        std::optional<Answer> refusal = read_body(from, deadline_, chunks_, request.body);
        const Answer answer = refusal ? *std::move(refusal) : router_.answer(std::move(request));
        note(from.getMethod(), path, answer.status, peer_);
        to.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
        if (answer.status != 204) {
            to.setContentType("application/json");
        }
        for (const auto& [name, value] : answer.headers) {
            to.set(name, value);
        }
        to.sendBuffer(answer.body.data(), answer.body.size());
    }

private:
    const Router& router_;
    ucred peer_;
    Clock::time_point deadline_;
    const ChunkCheck& chunks_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    Factory(const Router& router, ucred peer, Clock::time_point deadline, const ChunkCheck& chunks)
        : router_{router}, peer_{peer}, deadline_{deadline}, chunks_{chunks} {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(
        const Poco::Net::HTTPServerRequest&) override {
        return new Handler{router_, peer_, deadline_, chunks_};  // Poco deletes it
    }

private:
    const Router& router_;
    ucred peer_;
    Clock::time_point deadline_;
    const ChunkCheck& chunks_;
};

// A connection closed over unread bytes is reset, and a client that still writes would lose the
// answer: take what comes, for a while.
void leave_politely(Poco::Net::StreamSocket& socket) {
    constexpr std::size_t most = 2 * longest_body;
    const Clock::time_point end = Clock::now() + std::chrono::seconds{2};
    try {
        socket.shutdownSend();
        socket.setReceiveTimeout(Poco::Timespan{0, 100'000});
        std::array<char, 65536> rest{};
        std::size_t taken = 0;
        while (taken < most && Clock::now() < end) {
            const int size = socket.receiveBytes(rest.data(), rest.size());
            if (size <= 0) {
                return;
            }
            taken += static_cast<std::size_t>(size);
        }
    } catch (const Poco::Exception&) {
        // It is gone, or says nothing more.
    }
}

void send_all(Poco::Net::StreamSocket& socket, const std::string& text) {
    std::size_t sent = 0;
    while (sent < text.size()) {
        const int size = socket.sendBytes(text.data() + sent, static_cast<int>(text.size() - sent));
        if (size <= 0) {
            return;
        }
        sent += static_cast<std::size_t>(size);
    }
}

}  // namespace

void serve_connection(int fd, std::string_view head, const Router& router,
                      std::chrono::seconds transfer) noexcept {
    try {
        const ucred peer = peer_of(fd);
        ChunkCheck chunks;
        AcceptedSocket socket{fd, chunks};
        const Poco::Timespan limit{static_cast<long>(transfer.count()), 0};
        socket.setSendTimeout(limit);
        if (const std::optional<Answer> refusal = refuse_head(head, longest_body)) {
            note("(bad request)", "", refusal->status, peer);
            send_all(socket, raw_answer(*refusal));
        } else {
            Poco::Net::HTTPServerParams::Ptr parameters{new Poco::Net::HTTPServerParams};
            parameters->setKeepAlive(false);
            parameters->setTimeout(limit);
            Poco::Net::HTTPServerConnection connection{
                socket, parameters, new Factory{router, peer, Clock::now() + 2 * transfer, chunks}};
            connection.run();
        }
        leave_politely(socket);
    } catch (const std::exception& error) {
        log().debug(fmt::format("a connection broke off: {}", error.what()));
    }
}

void turn_away(int fd) noexcept {
    constexpr std::string_view body =
        R"({"error":{"code":"busy","message":"too many requests at one time"}})";
    static_assert(body.size() == 67);
    constexpr std::string_view answer =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nContent-Length: 67\r\n\r\n"
        R"({"error":{"code":"busy","message":"too many requests at one time"}})";
    static_cast<void>(::send(fd, answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    ::close(fd);
}

}  // namespace teleclaude
