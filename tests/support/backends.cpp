// SPDX-License-Identifier: BSL-1.0
// The list of backends, as the build chose them.
#include "support/backends.hpp"

namespace enginebay::testing {

const std::vector<BackendEntry>& backends() {
    static const std::vector<BackendEntry> list{
#ifdef ENGINEBAY_TEST_SQLITE
        {"sqlite", make_sqlite_backend},
#endif
#ifdef ENGINEBAY_TEST_POSTGRESQL
        {"postgresql", make_postgresql_backend},
#endif
    };
    return list;
}

}  // namespace enginebay::testing
