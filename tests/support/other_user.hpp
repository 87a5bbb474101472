// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

namespace clockguard {

/// While one lives, the process is a user who may open nothing of root's.
class AsAnotherUser {
public:
    AsAnotherUser() { static_cast<void>(::seteuid(was_ == 0 ? 65534 : was_)); }
    AsAnotherUser(const AsAnotherUser&) = delete;
    AsAnotherUser& operator=(const AsAnotherUser&) = delete;
    ~AsAnotherUser() { static_cast<void>(::seteuid(was_)); }

private:
    uid_t was_ = ::geteuid();
};

}  // namespace clockguard
