// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/clock/udp_listeners.hpp"

namespace clockguard {

/// The UDP sockets that a datagram to that address may reach, in this process's network. Fails
/// where the kernel does not tell (sock_diag(7)), and never blocks.
[[nodiscard]] Result<std::vector<UdpListener>> list_udp_listeners(Loopback address, int port);

}  // namespace clockguard
