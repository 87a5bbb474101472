// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/chrony_listeners.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/chrony_folder.hpp"

namespace clockguard {
namespace {

std::vector<UdpListener> listed(Loopback address, int port)
{
    const auto found = list_udp_listeners(address, port);
    EXPECT_TRUE(found) << (found ? "" : to_text(found.error()));
    return found.value_or(std::vector<UdpListener>{});
}

/// A socket of IPv6 on a free port, for IPv6 alone or for both.
class OverIpv6 {
public:
    OverIpv6(const in6_addr& address, int alone)
    {
        ::setsockopt(socket_.get(), IPPROTO_IPV6, IPV6_V6ONLY, &alone, sizeof alone);
        sockaddr_in6 bound{};
        bound.sin6_family = AF_INET6;
        bound.sin6_addr = address;
        socklen_t size = sizeof bound;
        if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&bound), size) == 0 &&
            ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&bound), &size) == 0)
            port_ = ntohs(bound.sin6_port);
    }

    int port() const { return port_; }

private:
    Fd socket_{::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    int port_ = 0;
};

TEST(UdpListeners, AreListedWithTheirAddressAndTheirUser)
{
    const FakeChronyd chronyd{silent};

    const auto found = listed(Loopback::Ipv4, chronyd.port());

    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].family, Loopback::Ipv4);
    EXPECT_EQ(hex(Bytes(found[0].address.begin(), found[0].address.end())),
              "7f000001000000000000000000000000");
    EXPECT_EQ(found[0].uid, ::geteuid());
}

TEST(UdpListeners, AreThoseOfThePortAlone)
{
    const FakeChronyd chronyd{silent};
    const FakeChronyd other{silent};

    EXPECT_EQ(listed(Loopback::Ipv4, other.port()).size(), 1U);
    const int closed = FakeChronyd{silent}.port();
    EXPECT_TRUE(listed(Loopback::Ipv4, closed).empty());
}

TEST(UdpListeners, AreAllThatShareAPort)
{
    const FakeChronyd chronyd{silent};
    const Beside beside{chronyd.port()};
    ASSERT_TRUE(beside.is_bound());

    EXPECT_EQ(listed(Loopback::Ipv4, chronyd.port()).size(), 2U);
}

/// A socket of IPv6 may take what is sent to 127.0.0.1; one of IPv4 takes nothing that is for ::1.
TEST(UdpListeners, OfIpv6AreListedForBoth)
{
    const OverIpv6 both{in6addr_any, 0};
    if (both.port() == 0)
        GTEST_SKIP() << "this machine has no IPv6";

    EXPECT_EQ(listed(Loopback::Ipv4, both.port()).size(), 1U);
    EXPECT_EQ(listed(Loopback::Ipv6, both.port()).size(), 1U);
}

TEST(UdpListeners, OfIpv4AreNotListedForIpv6)
{
    const FakeChronyd chronyd{silent};

    EXPECT_TRUE(listed(Loopback::Ipv6, chronyd.port()).empty());
}

}  // namespace
}  // namespace clockguard
