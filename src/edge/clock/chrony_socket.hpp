// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "clockguard/core/clock/chrony_socket.hpp"

namespace clockguard {

/// Who owns the folder of chronyd's Unix socket could as well answer on the socket itself:
/// believing that user over UDP gives nothing away. Only root can make a folder in /run.
std::optional<std::uint32_t> owner_of_folder(const std::string& socket);

/// Nothing where it cannot be looked at: it cannot be connected to either, which tells why.
std::optional<SocketPlace> read_socket_place(const std::string& socket);

}  // namespace clockguard
