// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "clockguard/core/clock/chrony_wire.hpp"

namespace clockguard {

inline std::string hex(const Bytes& bytes)
{
    std::string text;
    for (const std::byte byte : bytes)
        text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
    return text;
}

inline Bytes from_hex(std::string_view text)
{
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        unsigned value = 0;
        std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
        bytes.push_back(std::byte(value));
    }
    return bytes;
}

/// What chronyd 4.3 of Debian 12 answered to TRACKING (sequence 7) on 2026-11-23, two seconds after
/// it had selected a server of stratum 8 on the loopback.
inline Bytes recorded_tracking()
{
    return from_hex("06020000002100050000000000000000000000070000000000000000"
                    "7f0000017f000001000000000000000000000000000100000009000000000000"
                    "6b0484b81c37a04bdf7bb35cd6ad860ad6ad860afaf031d0e29637c108d0d448"
                    "e28ae609e4da779a0682376e");
}

/// The fields of a TRACKING reply that tests vary; floats are given as their bits.
struct TrackingFields {
    std::uint32_t sequence = 7;
    std::uint32_t reference_id = 0x0A000202;
    std::uint16_t family = 1;
    std::uint16_t stratum = 3;
    std::uint16_t leap = 0;
    std::uint32_t reference_seconds = 1789000000;
    std::uint32_t correction = 0;
    std::uint32_t delay = 0;
    std::uint32_t dispersion = 0;
};

inline Bytes tracking_reply(const TrackingFields& fields)
{
    const std::string text =
        fmt::format("06020000002100050000000000000000{:08x}0000000000000000{:08x}{:040x}",
                    fields.sequence, fields.reference_id, 0);
    Bytes reply = from_hex(text);
    const auto put = [&](std::uint32_t value, std::size_t at, std::size_t size) {
        reply.resize(std::max(reply.size(), at + size));
        for (std::size_t i = 0; i < size; ++i)
            reply[at + i] = std::byte(value >> (8 * (size - 1 - i)) & 0xFFU);
    };
    put(fields.family, 48, 2);
    put(fields.stratum, 52, 2);
    put(fields.leap, 54, 2);
    put(0, 56, 4);
    put(fields.reference_seconds, 60, 4);
    put(fields.correction, 68, 4);
    put(fields.delay, 92, 4);
    put(fields.dispersion, 96, 4);
    put(0, 100, 4);
    return reply;
}

/// A whole reply without data: header and zeros.
inline Bytes reply_to(ChronyCommand command, std::uint32_t sequence, std::uint16_t type,
                      std::uint16_t status = 0)
{
    const std::string text =
        fmt::format("06020000{:04x}{:04x}{:04x}000000000000{:08x}",
                    static_cast<std::uint16_t>(command), type, status, sequence);
    Bytes reply = from_hex(text);
    reply.resize(104);
    return reply;
}

}  // namespace clockguard
