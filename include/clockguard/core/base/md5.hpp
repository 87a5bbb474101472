// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace clockguard {

/// The first four octets of the MD5 digest (RFC 1321) of sixteen, in network byte order: what NTP
/// names a server of IPv6 by. It proves nothing.
std::uint32_t first_of_md5(std::span<const std::byte, 16> text);

}  // namespace clockguard
