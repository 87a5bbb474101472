// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/time.hpp"
#include "clockguard/edge/base/fd.hpp"

namespace clockguard {

/// filename_too_long above the 107 bytes that unix(7) has room for; invalid_argument where it is
/// empty, for an address of NULs is an abstract name, which any user may bind.
[[nodiscard]] Result<sockaddr_un, std::error_code> unix_address(const std::string& path);

/// A datagram socket that is connected to an address and never blocks.
[[nodiscard]] Result<Fd, std::error_code> connect_datagram(const sockaddr* address, socklen_t size);
[[nodiscard]] Result<Fd, std::error_code> connect_datagram(const std::string& path);

/// Sends one to whoever listens there. What finds no room before `longest` is over is dropped.
void offer_datagram(const std::string& path, std::string_view text, Span longest = {});

}  // namespace clockguard
