// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// The two addresses at which chronyd takes questions over UDP: 127.0.0.1 and ::1.
enum class Loopback { Ipv4, Ipv6 };

/// A UDP socket of this machine, as the kernel lists it.
struct UdpListener {
    Loopback family = Loopback::Ipv4;
    std::array<std::byte, 16> address{};  // network byte order; IPv4 fills the first four bytes
    std::uint32_t uid = 0;                // who opened it; it stays so when the process drops root
};

/// What has come so far of the kernel's answer.
struct UdpListing {
    std::vector<UdpListener> listeners{};
    bool is_complete = false;
};

/// The question for all UDP sockets of one family that are bound to `port`: SOCK_DIAG_BY_FAMILY
/// with NLM_F_DUMP (sock_diag(7), linux/inet_diag.h).
std::vector<std::byte> encode_listener_request(Loopback family, std::uint16_t port);

/// Adds one datagram of the answer. A refusal of the kernel carries its error number; an answer
/// that is cut short is an error, for a listener may be missing from it.
[[nodiscard]] Result<void> read_listing(std::span<const std::byte> datagram, UdpListing& listing);

/// How many of them a datagram for that address may reach.
std::size_t count_listeners(const std::vector<UdpListener>& listeners, Loopback address);

/// Why an answer from that address cannot be chronyd's for certain, or nothing: datagrams go to
/// exactly one of the listeners, and any user may bind beside chronyd (SO_REUSEADDR), so there must
/// be one, opened by root or by `chrony_uid`.
std::string listener_objection(const std::vector<UdpListener>& listeners, Loopback address,
                               int port, std::optional<std::uint32_t> chrony_uid);

/// "UDP 127.0.0.1:323", "UDP [::1]:323"
std::string to_text(Loopback address, int port);

}  // namespace clockguard
