// SPDX-License-Identifier: BSL-1.0
// EngineBay::poco: a Poco::Data::Session on a connection of ours, so that code that already speaks
// Poco keeps working beside the typed interface.
// Threads: that of the connection.  Ownership: the session shares the native connection; it may
// outlive the Connection, and is then closed.
//
//     enginebay::Connection& connection = ...;
//     Poco::Data::Session session = enginebay::poco_session(connection);
//     session << "DELETE FROM t WHERE id = ?", use(id), Poco::Data::Keywords::now;
//
// Transactions are one and the same on both sides: a begin() here is seen there.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/error.hpp>

#include <Poco/AutoPtr.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/SessionImpl.h>
#include <Poco/Version.h>

#include <string>

namespace enginebay {

/// "poco/1.11" for Poco 1.11: the name carries the version both sides were built with, so that two
/// different ones never meet.
inline std::string poco_extension() {
    constexpr unsigned version = POCO_VERSION;
    return "poco/" + std::to_string((version >> 24U) & 0xffU) + "." +
           std::to_string((version >> 16U) & 0xffU);
}

/// Throws Errc::unsupported where the backend has no Poco session, or one of another version.
inline Poco::Data::Session poco_session(Connection& connection) {
    const std::string name = poco_extension();
    auto* session = static_cast<Poco::Data::SessionImpl*>(connection.extension(name));
    if (session == nullptr) {
        throw Error{Errc::unsupported, "this backend gives out no Poco session (" + name + ")"};
    }
    return Poco::Data::Session{Poco::AutoPtr<Poco::Data::SessionImpl>{session, true}};
}

}  // namespace enginebay
