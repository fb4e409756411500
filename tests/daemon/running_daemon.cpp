// SPDX-License-Identifier: BSL-1.0
// DaemonHome: starting, asking and ending the daemon.
#include "daemon/running_daemon.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/StreamCopier.h>
#include <gtest/gtest.h>

namespace enginebay::testing {

DaemonHome::DaemonHome(const DatabaseConfig& database)
    : environment{TestDatabase{database, nullptr}.environment()} {
    environment["TELECLAUDE_SOCKET"] = socket();
}

std::vector<std::string> DaemonHome::command(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all = prefix;
    all.push_back(program("teleclauded"));
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
}

ChildProcess DaemonHome::launch(const std::vector<std::string>& arguments) const {
    return ChildProcess{command(arguments), environment, folder()};
}

ChildProcess DaemonHome::launch_ready(const std::vector<std::string>& arguments) const {
    ChildProcess daemon = launch(arguments);
    if (!daemon.wait_for_line("  socket ", patience)) {
        ADD_FAILURE() << "the daemon did not become ready:\n" << daemon.out() << daemon.err();
    }
    return daemon;
}

RunResult DaemonHome::run(const std::vector<std::string>& arguments) const {
    return testing::run(command(arguments), environment, std::chrono::seconds{60}, folder());
}

HttpAnswer DaemonHome::request(const std::string& path, const std::string& method,
                               const std::string& body) const {
    try {
        const Poco::Net::SocketAddress address{Poco::Net::SocketAddress::UNIX_LOCAL, socket()};
        const Poco::Net::StreamSocket stream{address};
        Poco::Net::HTTPClientSession session{stream};
        session.setTimeout(Poco::Timespan{30, 0});
        Poco::Net::HTTPRequest request{method, path, Poco::Net::HTTPMessage::HTTP_1_1};
        request.setHost("localhost");
        request.setContentLength64(static_cast<Poco::Int64>(body.size()));
        session.sendRequest(request) << body;
        Poco::Net::HTTPResponse response;
        HttpAnswer answer;
        Poco::StreamCopier::copyToString(session.receiveResponse(response), answer.body);
        answer.status = response.getStatus();
        answer.allow = response.get("Allow", "");
        answer.retry_after = response.get("Retry-After", "");
        answer.content_type = response.getContentType();
        return answer;
    } catch (const Poco::Exception&) {
        return {};
    }
}

DatabaseConfig as_daemon(DatabaseConfig config) {
    config.product = "teleclaude";
    return config;
}

int end(ChildProcess& daemon, int signal) {
    daemon.kill(signal);
    const std::optional<int> status = daemon.wait(patience);
    if (!status) {
        ADD_FAILURE() << "the daemon did not end:\n" << daemon.err();
        return -1;
    }
    return *status;
}

}  // namespace enginebay::testing
