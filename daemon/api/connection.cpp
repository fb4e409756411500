// SPDX-License-Identifier: BSL-1.0
// One request over Poco's HTTP server connection.
#include "api/connection.hpp"

#include "log.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <utility>

namespace teleclaude {
namespace {

constexpr std::size_t longest_body = 8 * 1024 * 1024;

/// A connection that was accepted elsewhere.
class AcceptedSocket final : public Poco::Net::StreamSocket {
public:
    explicit AcceptedSocket(int fd) : StreamSocket(new Poco::Net::StreamSocketImpl(fd)) {}
};

/// Who is at the other end, as the system knows it.
ucred peer_of(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
    return peer;
}

class Handler final : public Poco::Net::HTTPRequestHandler {
public:
    Handler(const Router& router, ucred peer) : router_{router}, peer_{peer} {}

    void handleRequest(Poco::Net::HTTPServerRequest& from,
                       Poco::Net::HTTPServerResponse& to) override {
        Request request;
        request.method = from.getMethod();
        const std::string& uri = from.getURI();
        const std::size_t mark = uri.find('?');
        request.path = uri.substr(0, mark);
        request.query = mark == std::string::npos ? "" : uri.substr(mark + 1);
        const Answer answer = read_body(from, request.body)
                                  ? router_.answer(request)
                                  : failure(413, "too_large", "the body is longer than 8 MiB");
        const std::string line = fmt::format("{} {} {} (uid {}, pid {})", request.method,
                                             request.path, answer.status, peer_.uid, peer_.pid);
        if (request.method == "GET") {
            log().debug(line);
        } else {
            log().information(line);
        }
        to.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
        to.setContentType("application/json");
        for (const auto& [name, value] : answer.headers) {
            to.set(name, value);
        }
        to.sendBuffer(answer.body.data(), answer.body.size());
    }

private:
    static bool read_body(Poco::Net::HTTPServerRequest& from, std::string& body) {
        // Without a length there is no body; Poco would read until the client hangs up.
        if (!from.hasContentLength() && !from.getChunkedTransferEncoding()) {
            return true;
        }
        std::array<char, 8192> part{};
        std::istream& stream = from.stream();
        while (stream.read(part.data(), part.size()) || stream.gcount() > 0) {
            body.append(part.data(), static_cast<std::size_t>(stream.gcount()));
            if (body.size() > longest_body) {
                return false;
            }
        }
        return true;
    }

    const Router& router_;
    ucred peer_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    Factory(const Router& router, ucred peer) : router_{router}, peer_{peer} {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(
        const Poco::Net::HTTPServerRequest&) override {
        return new Handler{router_, peer_};  // Poco deletes it
    }

private:
    const Router& router_;
    ucred peer_;
};

// A connection closed over unread bytes is reset, and a client that still writes would lose the
// answer: take what is there first.
void leave_politely(Poco::Net::StreamSocket& socket) {
    socket.shutdownSend();
    socket.setReceiveTimeout(Poco::Timespan{0, 100'000});
    std::array<char, 4096> rest{};
    for (int i = 0; i < 64 && socket.receiveBytes(rest.data(), rest.size()) > 0; ++i) {}
}

}  // namespace

void serve_connection(int fd, const Router& router, std::chrono::seconds transfer) noexcept {
    try {
        const ucred peer = peer_of(fd);
        AcceptedSocket socket{fd};
        const Poco::Timespan limit{static_cast<long>(transfer.count()), 0};
        socket.setSendTimeout(limit);
        Poco::Net::HTTPServerParams::Ptr parameters{new Poco::Net::HTTPServerParams};
        parameters->setKeepAlive(false);
        parameters->setTimeout(limit);
        Poco::Net::HTTPServerConnection connection{socket, parameters, new Factory{router, peer}};
        connection.run();
        leave_politely(socket);
    } catch (const std::exception& error) {
        log().debug(fmt::format("a connection broke off: {}", error.what()));
    }
}

void turn_away(int fd) noexcept {
    constexpr std::string_view answer =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nContent-Length: 67\r\n\r\n"
        R"({"error":{"code":"busy","message":"too many requests at one time"}})";
    static_cast<void>(::send(fd, answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    ::close(fd);
}

}  // namespace teleclaude
