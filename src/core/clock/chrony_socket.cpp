// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/chrony_socket.hpp"

#include <fmt/core.h>

namespace clockguard {

/// chronyd makes the socket as the user that it runs as, and only in a folder of that user with no
/// mode beyond 0770 (CNF_CreateDirs in chrony's conf.c): its group may write there, others never.
std::string socket_objection(const std::string& socket, const SocketPlace& place)
{
    constexpr std::uint32_t others_write = 0002;
    if ((place.folder_mode & others_write) != 0)
        return fmt::format("'{}' is in a folder that every user may write (mode {:04o}), so its "
                           "answers are not used",
                           socket, place.folder_mode);
    if (place.owner != 0 && place.owner != place.folder_owner)
        return fmt::format("'{}' belongs to user {}, not to root or chrony, so its answers are "
                           "not used",
                           socket, place.owner);
    return {};
}

}  // namespace clockguard
