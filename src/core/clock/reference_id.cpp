// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/reference_id.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <fmt/core.h>

#include "clockguard/core/base/md5.hpp"
#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

constexpr std::uint32_t own_clock = 0x7F7F0101;       // 127.127.1.1
constexpr std::uint32_t local_clocks = 0x7F7F01;      // 127.127.1.x, ntpd's driver 1
constexpr std::uint32_t clock_of_cisco = 0x7F7F0701;  // 127.127.7.1, IOS's "ntp master"
constexpr std::uint32_t loopback = 0x7F000001;
constexpr std::array<std::string_view, 4> receivers{"GPS", "PPS", "NMEA", "DCF"};

/// Of ntpd and Windows, of ntpd before 4.2.6, of an orphan of ntpd at stratum 1 (ntp_timer.c), of
/// w32time by the VM IC Time Synchronization Provider, of a SyncServer that never had a reference
/// (it is "FLY" where it has lost one), and of chronyd, with a number. Not what begins so:
/// 80.72.67.33, an address, is "PHC!".
constexpr std::array<std::string_view, 7> own_clocks{"LOCL", "LCL", "LOOP", "VMTP",
                                                     "FREE", "PHC", "RTC"};

unsigned char letter(std::uint32_t id, unsigned place)
{
    return static_cast<unsigned char>(id >> (24U - 8U * place));
}

/// The letters before the zeros that fill it up; empty where it is no text.
std::string letters(std::uint32_t id)
{
    std::string text;
    for (unsigned place = 0; place < 4; ++place) {
        const unsigned char c = letter(id, place);
        if (c == 0 && !text.empty())
            return (id << (8U * place)) == 0 ? text : "";
        if (c < 0x20 || c > 0x7E)
            return {};
        text += static_cast<char>(c);
    }
    return text;
}

std::string_view without_number(std::string_view text)
{
    while (!text.empty() && is_digit(text.back()))
        text.remove_suffix(1);
    return text;
}

/// An address of IPv4, or what a reference clock has in its place.
std::uint32_t first_four(const ChronySource& source)
{
    std::uint32_t id = 0;
    for (const std::byte octet : std::span{source.address}.first<4>())
        id = id << 8U | std::to_integer<std::uint32_t>(octet);
    return id;
}

}  // namespace

std::string reference_text(std::uint32_t id)
{
    std::string text = letters(id);
    if (!text.empty())
        return text;
    return fmt::format("{}.{}.{}.{}", letter(id, 0), letter(id, 1), letter(id, 2), letter(id, 3));
}

bool is_own_clock(std::uint32_t id)
{
    return id == own_clock;
}

bool is_no_source(const ServerReference& reference)
{
    const std::uint32_t id = reference.id;
    const std::string text = letters(id);
    // An orphan of ntpd; a server that follows another one on its own machine has a delay to it.
    const bool is_orphan = id == loopback && reference.root_delay == Span{0};
    const bool names_nothing = id == 0 && reference.stratum == 1;  // BusyBox's ntpd -l
    return id >> 8U == local_clocks || id == clock_of_cisco || is_orphan || names_nothing ||
           std::ranges::find(own_clocks, without_number(text)) != own_clocks.end();
}

/// IPAddr of candm.h: 16 bytes of address, then the family, in network byte order.
std::optional<std::uint32_t> reference_id_of(const ChronySource& server)
{
    constexpr std::byte inet4{1};
    constexpr std::byte inet6{2};
    const std::span address{server.address};
    if (server.is_reference_clock || address[16] != std::byte{0})
        return std::nullopt;
    if (address[17] == inet6)
        return first_of_md5(address.first<16>());
    return address[17] == inet4 ? std::optional{first_four(server)} : std::nullopt;
}

bool tells_time_from_outside(const ChronySource& clock, const std::vector<std::string>& named)
{
    const std::uint32_t id = first_four(clock);
    const bool tells_seconds_alone = without_number(letters(id)) == "PPS";
    return clock.is_reference_clock && !tells_seconds_alone && is_reference_clock(id, named);
}

bool is_reference_clock(std::uint32_t id, const std::vector<std::string>& named)
{
    const std::string text = letters(id);
    return std::ranges::find(named, text) != named.end() ||
           std::ranges::find(receivers, without_number(text)) != receivers.end();
}

}  // namespace clockguard
