// SPDX-License-Identifier: BSL-1.0
// The overrides, and the two translations of errors: Poco's for us, ours for Poco's users.
#include "native_session.hpp"

#include <enginebay/error.hpp>

#include <Poco/Any.h>
#include <Poco/Data/DataException.h>
#include <Poco/Exception.h>
#include <fmt/format.h>

namespace enginebay::sqlite {
namespace {

// The file was tried before: a failure now is a rare race, not worth Poco's minute of retries.
constexpr std::size_t login_seconds = 1;

// Users of the Poco session expect Poco's exceptions.
template <class Call>
void as_poco(const Call& call) {
    try {
        call();
    } catch (const Error& error) {
        throw Poco::Data::DataException{error.what(), static_cast<int>(error.native_code())};
    }
}

}  // namespace

NativeSession::NativeSession(const std::string& uri)
    : Poco::Data::SQLite::SessionImpl{uri, login_seconds},
      handle_{Poco::AnyCast<sqlite3*>(getProperty("handle"))} {}

NativeSession::~NativeSession() = default;

void NativeSession::open(const std::string& /*connect*/) {
    throw Poco::InvalidAccessException{
        "this session is not opened again; take a new one from its engine"};
}

Transaction& NativeSession::transaction() const {
    if (transaction_ == nullptr) {
        throw Poco::Data::NotConnectedException{"the connection of this session is closed"};
    }
    return *transaction_;
}

void NativeSession::begin() {
    as_poco([this] { transaction().begin(TransactionMode::write); });
}

void NativeSession::commit() {
    as_poco([this] { transaction().commit(); });
}

void NativeSession::rollback() { transaction().rollback(); }

bool NativeSession::isTransaction() const {
    return transaction_ != nullptr && transaction_->open();
}

bool NativeSession::isGood() const { return transaction_ != nullptr && isConnected(); }

void NativeSession::reset() {
    if (transaction_ != nullptr) {
        transaction_->rollback();
    }
}

Poco::AutoPtr<NativeSession> open_session(const std::string& uri, const std::string& location) {
    try {
        return {new NativeSession{uri}};
    } catch (const Poco::Exception& error) {
        throw Error{Errc::unreachable,
                    fmt::format("cannot open the database {}: {}", location, error.displayText())};
    }
}

}  // namespace enginebay::sqlite
