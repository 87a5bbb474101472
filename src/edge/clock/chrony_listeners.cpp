// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/chrony_listeners.hpp"

#include <linux/netlink.h>
#include <sys/socket.h>

#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/sys.hpp"

namespace clockguard {
namespace {

constexpr const char* cannot_list = "cannot list UDP sockets (sock_diag)";

Result<Fd> open_sock_diag()
{
    const auto opened =
        sys(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG));
    if (!opened)
        return fail(cannot_list, opened.error());
    return Fd{*opened};
}

/// The kernel writes the first part of its answer while it takes the question and each other part
/// while one is read: there is nothing to wait for.
Result<void> read_part(const Fd& socket, UdpListing& listing)
{
    std::vector<std::byte> part(32768);
    // With MSG_TRUNC the kernel tells the whole length, so that what is cut is seen.
    const auto got = sys(::recv(socket.get(), part.data(), part.size(), MSG_DONTWAIT | MSG_TRUNC));
    if (!got)
        return fail(cannot_list, got.error());
    const auto length = static_cast<std::size_t>(*got);
    if (length == 0 || length > part.size())
        return fail("cannot list UDP sockets (sock_diag): the answer is too long");
    return read_listing(std::span{part}.first(length), listing);
}

Result<void> list_family(const Fd& socket, Loopback family, int port, UdpListing& listing)
{
    const auto request = encode_listener_request(family, static_cast<std::uint16_t>(port));
    const auto sent = sys(::send(socket.get(), request.data(), request.size(), MSG_DONTWAIT));
    if (!sent)
        return fail(cannot_list, sent.error());
    listing.is_complete = false;
    while (!listing.is_complete) {
        auto read = read_part(socket, listing);
        if (!read)
            return read;
    }
    return {};
}

}  // namespace

Result<std::vector<UdpListener>> list_udp_listeners(Loopback address, int port)
{
    const auto socket = open_sock_diag();
    if (!socket)
        return fail(socket.error());
    UdpListing listing;
    // Sockets of IPv6 may take IPv4 too.
    for (const Loopback family : {Loopback::Ipv6, Loopback::Ipv4}) {
        if (family == Loopback::Ipv4 && address == Loopback::Ipv6)
            continue;
        const auto listed = list_family(*socket, family, port, listing);
        if (!listed)
            return fail(listed.error());
    }
    return std::move(listing.listeners);
}

}  // namespace clockguard
