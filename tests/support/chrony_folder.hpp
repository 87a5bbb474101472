// SPDX-License-Identifier: Apache-2.0
// Where a chronyd of the test listens, and what it says.
#pragma once

#include <fmt/core.h>

#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/clock/chrony.hpp"
#include "support/fake_chronyd.hpp"
#include "support/tree.hpp"

namespace clockguard {

inline FakeChronyd::Answer of_stratum(std::uint16_t stratum)
{
    return [stratum](const Bytes& request) {
        return std::vector<Bytes>{
            tracking_reply({.sequence = sequence_of(request), .stratum = stratum})};
    };
}

inline std::vector<Bytes> silent(const Bytes&)
{
    return {};
}

/// chronyd's folder, whose owner the tests run as, and no socket in it.
struct ChronyFolder {
    Tree tree{{"/chrony/keep", ""}};
    std::string socket = tree.path("/chrony/chronyd.sock");

    ChronyAddress address_with(const FakeChronyd& udp) const
    {
        return {.port = udp.port(), .socket = socket};
    }

    std::string without_socket() const
    {
        return fmt::format("cannot ask chronyd: '{}': No such file or directory; ", socket);
    }
};

/// Another listener on a port that is taken.
class Beside {
public:
    explicit Beside(int port)
    {
        const int share = 1;
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_ANY);
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &share, sizeof share);
        bound_ =
            ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }

    bool is_bound() const { return bound_; }

private:
    Fd socket_{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    bool bound_ = false;
};

}  // namespace clockguard
