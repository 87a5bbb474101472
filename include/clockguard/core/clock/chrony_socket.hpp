// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace clockguard {

/// Who can have put chronyd's Unix socket where it is.
struct SocketPlace {
    std::uint32_t owner = 0;
    std::uint32_t folder_owner = 0;
    std::uint32_t folder_mode = 0;
};

/// Why what answers on the socket is not believed, or nothing.
std::string socket_objection(const std::string& socket, const SocketPlace& place);

}  // namespace clockguard
