// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/udp_listeners.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>

#include <fmt/core.h>

namespace clockguard {
namespace {

// linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h. Headers are in the machine's own byte
// order, ports and addresses in the network's.
constexpr std::size_t header_size = 16;
constexpr std::uint16_t message_error = 2;
constexpr std::uint16_t message_done = 3;
constexpr std::uint16_t diag_by_family = 20;
constexpr std::uint16_t request_and_dump = 0x301;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::uint8_t family_ipv4 = 2;
constexpr std::uint8_t family_ipv6 = 10;

constexpr std::size_t request_size = header_size + 56;
constexpr std::size_t listener_size = header_size + 72;
constexpr std::size_t address_at = header_size + 8;
constexpr std::size_t uid_at = header_size + 64;

template <class Number>
Number take(std::span<const std::byte> bytes, std::size_t at)
{
    Number number{};
    std::memcpy(&number, bytes.data() + at, sizeof number);
    return number;
}

template <class Number>
void put(std::vector<std::byte>& bytes, std::size_t at, Number number)
{
    std::memcpy(bytes.data() + at, &number, sizeof number);
}

Error cut_short(std::size_t size)
{
    return {.what = fmt::format("the kernel's answer is cut short: {} bytes", size)};
}

Result<void> add_listener(std::span<const std::byte> message, UdpListing& listing)
{
    if (message.size() < listener_size)
        return fail(cut_short(message.size()));
    const auto family = take<std::uint8_t>(message, header_size);
    if (family != family_ipv4 && family != family_ipv6)
        return fail(fmt::format("the kernel lists a socket of family {}", family));
    UdpListener listener{.family = family == family_ipv4 ? Loopback::Ipv4 : Loopback::Ipv6,
                         .uid = take<std::uint32_t>(message, uid_at)};
    const std::size_t length = listener.family == Loopback::Ipv4 ? 4 : 16;
    std::memcpy(listener.address.data(), message.data() + address_at, length);
    listing.listeners.push_back(listener);
    return {};
}

/// An error number of 0 confirms a request; none was asked to be confirmed.
Result<void> read_refusal(std::span<const std::byte> message)
{
    if (message.size() < header_size + sizeof(std::int32_t))
        return fail(cut_short(message.size()));
    const auto number = take<std::int32_t>(message, header_size);
    return fail("the kernel does not list its sockets",
                std::error_code{-std::clamp(number, -4095, 0), std::generic_category()});
}

Result<void> read_message(std::span<const std::byte> message, UdpListing& listing)
{
    switch (take<std::uint16_t>(message, 4)) {
    case diag_by_family:
        return add_listener(message, listing);
    case message_done:
        listing.is_complete = true;
        return {};
    case message_error:
        return read_refusal(message);
    default:
        return {};
    }
}

using Address = std::array<std::byte, 16>;

constexpr Address any{};
constexpr Address loopback4{std::byte{127}, std::byte{0}, std::byte{0}, std::byte{1}};

constexpr Address ending_in(std::array<std::byte, 6> last)
{
    Address address{};
    std::ranges::copy(last, address.begin() + 10);
    return address;
}

constexpr std::byte none{0};
constexpr std::byte all{0xFF};
constexpr Address loopback6 = ending_in({none, none, none, none, none, std::byte{1}});
// IPv4 as IPv6 sockets name it (ipv6(7)).
constexpr Address mapped_any = ending_in({all, all, none, none, none, none});
constexpr Address mapped_loopback = ending_in({all, all, std::byte{127}, none, none, std::byte{1}});

/// Whether a datagram for that address may reach the socket. One on :: takes IPv4 too unless it
/// was told not to, which is not asked: too many listeners is the safe side.
bool may_hear(const UdpListener& listener, Loopback address)
{
    const Address& at = listener.address;
    if (address == Loopback::Ipv6)
        return listener.family == Loopback::Ipv6 && (at == any || at == loopback6);
    if (listener.family == Loopback::Ipv4)
        return at == any || at == loopback4;
    return at == any || at == mapped_any || at == mapped_loopback;
}

}  // namespace

std::vector<std::byte> encode_listener_request(Loopback family, std::uint16_t port)
{
    constexpr std::uint32_t every_state = 0xFFFFFFFF;
    std::vector<std::byte> request(request_size);
    put(request, 0, static_cast<std::uint32_t>(request_size));
    put(request, 4, diag_by_family);
    put(request, 6, request_and_dump);
    put(request, header_size, family == Loopback::Ipv4 ? family_ipv4 : family_ipv6);
    put(request, header_size + 1, protocol_udp);
    put(request, header_size + 4, every_state);
    put(request, header_size + 8, static_cast<std::uint8_t>(port >> 8U));
    put(request, header_size + 9, static_cast<std::uint8_t>(port & 0xFFU));
    return request;
}

Result<void> read_listing(std::span<const std::byte> datagram, UdpListing& listing)
{
    constexpr std::size_t alignment = 4;
    while (!datagram.empty()) {
        if (datagram.size() < header_size)
            return fail(cut_short(datagram.size()));
        const std::size_t length = take<std::uint32_t>(datagram, 0);
        if (length < header_size || length > datagram.size())
            return fail(cut_short(datagram.size()));
        auto read = read_message(datagram.first(length), listing);
        if (!read)
            return read;
        const std::size_t padded = (length + alignment - 1) / alignment * alignment;
        datagram = datagram.subspan(std::min(padded, datagram.size()));
    }
    return {};
}

std::size_t count_listeners(const std::vector<UdpListener>& listeners, Loopback address)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        listeners, [&](const UdpListener& listener) { return may_hear(listener, address); }));
}

std::string listener_objection(const std::vector<UdpListener>& listeners, Loopback address,
                               int port, std::optional<std::uint32_t> chrony_uid)
{
    const auto hears = [&](const UdpListener& listener) { return may_hear(listener, address); };
    const std::size_t count = count_listeners(listeners, address);
    const std::string name = to_text(address, port);
    if (count == 0)
        return fmt::format("nothing listens on {}", name);
    if (count > 1)
        return fmt::format("{} has {} listeners, so its answers are not used", name, count);
    const std::uint32_t owner = std::ranges::find_if(listeners, hears)->uid;
    if (owner != 0 && owner != chrony_uid)
        return fmt::format("{} belongs to user {}, not to root or chrony, so its answers are not "
                           "used",
                           name, owner);
    return {};
}

std::string to_text(Loopback address, int port)
{
    return fmt::format("UDP {}:{}", address == Loopback::Ipv4 ? "127.0.0.1" : "[::1]", port);
}

}  // namespace clockguard
