// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/udp_listeners.hpp"

#include <cstring>

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using Datagram = std::vector<std::byte>;

template <class Number>
void put(Datagram& datagram, std::size_t at, Number number)
{
    std::memcpy(datagram.data() + at, &number, sizeof number);
}

/// A message of netlink(7): its header and zeros.
Datagram message(std::uint16_t type, std::size_t size)
{
    Datagram bytes(size);
    put(bytes, 0, static_cast<std::uint32_t>(size));
    put(bytes, 4, type);
    return bytes;
}

/// struct inet_diag_msg after the header, as linux/inet_diag.h has it.
Datagram socket_message(std::uint8_t family, std::vector<unsigned> address, std::uint32_t uid)
{
    Datagram bytes = message(20, 88);
    put(bytes, 16, family);
    for (std::size_t i = 0; i < address.size(); ++i)
        bytes[24 + i] = std::byte(address[i]);
    put(bytes, 80, uid);
    return bytes;
}

const Datagram done = message(3, 20);

std::vector<unsigned> ipv6_ending_in(std::vector<unsigned> last)
{
    std::vector<unsigned> address(16 - last.size());
    address.insert(address.end(), last.begin(), last.end());
    return address;
}

Datagram joined(const std::vector<Datagram>& messages)
{
    Datagram all;
    for (const Datagram& each : messages)
        all.insert(all.end(), each.begin(), each.end());
    return all;
}

std::vector<UdpListener> listed(const std::vector<Datagram>& messages)
{
    UdpListing listing;
    EXPECT_TRUE(read_listing(joined(messages), listing));
    return listing.listeners;
}

const Datagram chronyd = socket_message(2, {127, 0, 0, 1}, 0);
const Datagram chronyd6 = socket_message(10, ipv6_ending_in({1}), 0);

std::string objection(const std::vector<Datagram>& messages, Loopback address,
                      std::optional<std::uint32_t> chrony_uid = 114)
{
    return listener_objection(listed(messages), address, 323, chrony_uid);
}

TEST(ListenerRequest, AsksForAllSocketsOfOnePort)
{
    const Datagram request = encode_listener_request(Loopback::Ipv6, 0x0143);

    ASSERT_EQ(request.size(), 72U);
    EXPECT_EQ(request[16], std::byte{10});  // AF_INET6
    EXPECT_EQ(request[17], std::byte{17});  // IPPROTO_UDP
    EXPECT_EQ(request[24], std::byte{0x01});
    EXPECT_EQ(request[25], std::byte{0x43});
    EXPECT_EQ(encode_listener_request(Loopback::Ipv4, 1)[16], std::byte{2});
}

TEST(ReadListing, ReadsAddressesAndOwners)
{
    const auto listeners = listed({chronyd, socket_message(10, ipv6_ending_in({1}), 65534), done});

    ASSERT_EQ(listeners.size(), 2U);
    EXPECT_EQ(listeners[0].family, Loopback::Ipv4);
    EXPECT_EQ(listeners[0].address[0], std::byte{127});
    EXPECT_EQ(listeners[0].uid, 0U);
    EXPECT_EQ(listeners[1].family, Loopback::Ipv6);
    EXPECT_EQ(listeners[1].address[15], std::byte{1});
    EXPECT_EQ(listeners[1].uid, 65534U);
}

TEST(ReadListing, IsCompleteAtItsEnd)
{
    UdpListing listing;

    ASSERT_TRUE(read_listing(chronyd, listing));
    EXPECT_FALSE(listing.is_complete);
    ASSERT_TRUE(read_listing(done, listing));
    EXPECT_TRUE(listing.is_complete);
}

TEST(ReadListing, TellsWhyTheKernelRefuses)
{
    Datagram refusal = message(2, 36);
    put(refusal, 16, std::int32_t{-2});
    UdpListing listing;

    const auto read = read_listing(refusal, listing);

    ASSERT_FALSE(read);
    EXPECT_EQ(to_text(read.error()),
              "the kernel does not list its sockets: No such file or directory");
}

TEST(ReadListing, RefusesEveryTruncation)
{
    const Datagram whole = joined({chronyd, chronyd6, done});
    for (std::size_t length = 1; length < whole.size(); ++length) {
        if (length == chronyd.size() || length == chronyd.size() + chronyd6.size())
            continue;  // cut between two messages: not complete, and not wrong
        UdpListing listing;
        EXPECT_FALSE(read_listing(std::span{whole}.first(length), listing)) << length;
        EXPECT_FALSE(listing.is_complete) << length;
    }
}

TEST(ReadListing, RefusesLengthsThatCannotBe)
{
    for (const std::uint32_t length : {0U, 1U, 15U, 89U, 0xFFFFFFFFU}) {
        Datagram wrong = chronyd;
        put(wrong, 0, length);
        UdpListing listing;
        EXPECT_FALSE(read_listing(wrong, listing)) << length;
    }
}

TEST(ReadListing, RefusesAFamilyThatWasNotAskedFor)
{
    UdpListing listing;

    EXPECT_FALSE(read_listing(socket_message(1, {}, 0), listing));
}

TEST(ListenerObjection, BelievesOneListenerOfRootOrChrony)
{
    EXPECT_EQ(objection({chronyd}, Loopback::Ipv4), "");
    EXPECT_EQ(objection({chronyd, chronyd6}, Loopback::Ipv4), "");
    EXPECT_EQ(objection({chronyd, chronyd6}, Loopback::Ipv6), "");
    EXPECT_EQ(objection({socket_message(2, {0, 0, 0, 0}, 114)}, Loopback::Ipv4), "");
    EXPECT_EQ(objection({socket_message(10, ipv6_ending_in({0}), 0)}, Loopback::Ipv6), "");
}

TEST(ListenerObjection, BelievesNoOtherUser)
{
    const Datagram impostor = socket_message(2, {127, 0, 0, 1}, 65534);

    EXPECT_EQ(objection({impostor}, Loopback::Ipv4),
              "UDP 127.0.0.1:323 belongs to user 65534, not to root or chrony, so its answers are "
              "not used");
    EXPECT_EQ(objection({impostor}, Loopback::Ipv4, 65534), "");
    EXPECT_NE(objection({socket_message(2, {127, 0, 0, 1}, 114)}, Loopback::Ipv4, std::nullopt),
              "");
}

TEST(ListenerObjection, BelievesNoneOfSeveral)
{
    EXPECT_EQ(objection({chronyd, chronyd}, Loopback::Ipv4),
              "UDP 127.0.0.1:323 has 2 listeners, so its answers are not used");
    EXPECT_EQ(objection({chronyd6, chronyd6, chronyd6}, Loopback::Ipv6),
              "UDP [::1]:323 has 3 listeners, so its answers are not used");
}

TEST(ListenerObjection, CountsWhateverMayHearTheQuestion)
{
    const std::vector<Datagram> others{
        socket_message(2, {0, 0, 0, 0}, 0), socket_message(10, ipv6_ending_in({0}), 0),
        socket_message(10, ipv6_ending_in({0xFF, 0xFF, 127, 0, 0, 1}), 0),
        socket_message(10, ipv6_ending_in({0xFF, 0xFF, 0, 0, 0, 0}), 0)};

    for (const Datagram& other : others)
        EXPECT_EQ(objection({chronyd, other}, Loopback::Ipv4),
                  "UDP 127.0.0.1:323 has 2 listeners, so its answers are not used");
    EXPECT_EQ(objection({chronyd6, others[1]}, Loopback::Ipv6),
              "UDP [::1]:323 has 2 listeners, so its answers are not used");
}

TEST(ListenerObjection, PassesOverOtherAddresses)
{
    const std::vector<Datagram> elsewhere{socket_message(2, {10, 0, 0, 1}, 65534),
                                          socket_message(10, ipv6_ending_in({7}), 65534)};

    EXPECT_EQ(objection(elsewhere, Loopback::Ipv4), "nothing listens on UDP 127.0.0.1:323");
    EXPECT_EQ(objection(elsewhere, Loopback::Ipv6), "nothing listens on UDP [::1]:323");
}

}  // namespace
}  // namespace clockguard
