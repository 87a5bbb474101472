// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "clockguard/edge/base/datagram.hpp"

namespace clockguard {

/// Somebody who listens on a datagram socket of this name.
inline Fd listen_for_datagrams(const std::string& path)
{
    Fd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    const auto address = unix_address(path).value();
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return socket;
}

}  // namespace clockguard
