// SPDX-License-Identifier: Apache-2.0
// chronyd's command protocol (candm.h of chrony): the offsets, numbers and checks of each packet.
#include "clockguard/core/clock/chrony_wire.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/core.h>

namespace clockguard {
namespace {

constexpr std::uint8_t version = 6;
constexpr std::uint8_t request_packet = 1;
constexpr std::uint8_t reply_packet = 2;
constexpr std::size_t request_header = 20;
constexpr std::size_t reply_header = 28;
constexpr std::uint16_t status_success = 0;
constexpr std::uint16_t status_unauthorized = 2;
constexpr std::uint16_t status_no_such_source = 4;
constexpr std::uint16_t status_bad_version = 18;

/// REQ_Online and REQ_Burst begin with a mask and an address of 20 bytes each; REQ_Burst goes on
/// with two numbers.
constexpr std::size_t after_addresses = request_header + 40;

/// How long an answer is and of which type, a number of its own; and how long a request must be
/// that is longer than its answer.
struct Form {
    std::size_t length = reply_header;
    std::uint16_t reply = 1;  // RPY_NULL
    std::size_t request = 0;
    std::uint16_t newer_reply = reply;  // of later versions, with more behind
};

Form form_of(ChronyCommand command)
{
    switch (command) {
    case ChronyCommand::Online:
        return {.request = after_addresses};
    case ChronyCommand::Burst:
        return {.request = after_addresses + 8};
    case ChronyCommand::NSources:
        return {.length = 32, .reply = 2};
    case ChronyCommand::SourceData:
        return {.length = 76, .reply = 3};
    case ChronyCommand::Tracking:
        return {.length = 104, .reply = 5};
    case ChronyCommand::Activity:
        return {.length = 48, .reply = 12};
    case ChronyCommand::NtpData:
        return {.length = 152, .reply = 16, .request = 172, .newer_reply = 26};
    case ChronyCommand::SelectData:
        return {.length = 76, .reply = 23};
    case ChronyCommand::SourceName:
        return {.length = reply_header + 256, .reply = 19};
    }
    return {};
}

void put16(Bytes& packet, std::size_t at, std::uint16_t value)
{
    packet[at] = static_cast<std::byte>(value >> 8U);
    packet[at + 1] = static_cast<std::byte>(value & 0xFFU);
}

void put32(Bytes& packet, std::size_t at, std::uint32_t value)
{
    put16(packet, at, static_cast<std::uint16_t>(value >> 16U));
    put16(packet, at + 2, static_cast<std::uint16_t>(value & 0xFFFFU));
}

/// Reads at fixed offsets of a packet whose length was checked before.
class Reader {
public:
    explicit Reader(std::span<const std::byte> packet) : packet_{packet} {}

    std::uint8_t u8(std::size_t at) const { return std::to_integer<std::uint8_t>(packet_[at]); }

    std::uint16_t u16(std::size_t at) const
    {
        return static_cast<std::uint16_t>(unsigned{u8(at)} << 8U | u8(at + 1));
    }

    std::uint32_t u32(std::size_t at) const { return std::uint32_t{u16(at)} << 16U | u16(at + 2); }

    /// chronyd's own float: 7 bits of signed exponent, 25 of signed coefficient, the value being
    /// coefficient * 2^(exponent - 25).
    double number(std::size_t at) const
    {
        const auto bits = std::bit_cast<std::int32_t>(u32(at));
        const std::int32_t exponent = bits >> 25;
        const std::int32_t coefficient = std::bit_cast<std::int32_t>(u32(at) << 7U) >> 7;
        return std::ldexp(coefficient, exponent - 25);
    }

    /// Seconds as a float, rounded away from zero: an error bound must not shrink on the way. What
    /// a Span cannot hold (2^38 s at the most) ends at a thousand years.
    Span seconds(std::size_t at) const
    {
        constexpr double thousand_years_us = 3.2e16;
        const double us = number(at) * 1e6;
        const double rounded = us < 0 ? std::floor(us) : std::ceil(us);
        return Span{
            static_cast<Span::rep>(std::clamp(rounded, -thousand_years_us, thousand_years_us))};
    }

    /// An error bound; a negative one would make a wrong clock look right.
    Span bound(std::size_t at) const { return abs(seconds(at)); }

    /// Seconds in two halves, then nanoseconds. 0x7fffffff in the upper half is the mark of a
    /// sender with 32-bit seconds (candm.h, TV_NOHIGHSEC).
    Instant instant(std::size_t at) const
    {
        constexpr std::uint32_t no_high_half = 0x7fffffff;
        // 2^34 s reach the year 2514; what is beyond is as good as never for a reference time.
        const std::uint64_t high = u32(at) == no_high_half ? 0 : std::min(u32(at), 4U);
        const auto whole = static_cast<std::int64_t>(high << 32U | u32(at + 4));
        return Instant{std::chrono::seconds{whole} + Span{u32(at + 8) / 1000U}};
    }

private:
    std::span<const std::byte> packet_;
};

Result<Reader> open_reply(std::span<const std::byte> reply, ChronyCommand command)
{
    if (reply.size() < form_of(command).length)
        return fail(fmt::format("chronyd's answer is cut short: {} bytes, not {}", reply.size(),
                                form_of(command).length));
    return Reader{reply};
}

Result<void> check_status(std::uint16_t status)
{
    if (status == status_success)
        return {};
    if (status == status_unauthorized)
        return fail("chronyd does not answer this here (not authorised)",
                    std::make_error_code(std::errc::operation_not_permitted));
    if (status == status_no_such_source)
        return fail("chronyd has no such source", std::make_error_code(std::errc::no_such_device));
    if (status == status_bad_version)
        return fail("chronyd speaks another version of its protocol");
    return fail(fmt::format("chronyd refused: status {}", status));
}

SourceState to_state(std::uint16_t number)
{
    constexpr auto last = static_cast<std::uint16_t>(SourceState::Combined);
    return number <= last ? static_cast<SourceState>(number) : SourceState::Nonselectable;
}

}  // namespace

Bytes encode_request(ChronyCommand command, std::uint32_t sequence, std::uint32_t index)
{
    const Form form = form_of(command);
    Bytes packet(std::max(form.length, form.request));
    packet[0] = std::byte{version};
    packet[1] = std::byte{request_packet};
    put16(packet, 4, static_cast<std::uint16_t>(command));
    put32(packet, 8, sequence);
    if (command == ChronyCommand::SourceData || command == ChronyCommand::SelectData)
        put32(packet, request_header, index);
    if (command == ChronyCommand::Burst) {
        put32(packet, after_addresses, 4);
        put32(packet, after_addresses + 4, 8);
    }
    return packet;
}

Bytes encode_request_about(ChronyCommand command, std::uint32_t sequence,
                           std::span<const std::byte, 20> address)
{
    Bytes packet = encode_request(command, sequence);
    std::ranges::copy(address, packet.begin() + request_header);
    return packet;
}

Result<void> check_reply(std::span<const std::byte> reply, ChronyCommand command,
                         std::uint32_t sequence)
{
    if (reply.size() < reply_header)
        return fail(fmt::format("chronyd's answer is cut short: {} bytes", reply.size()));
    const Reader read{reply};
    if (read.u8(1) != reply_packet || read.u8(0) != version)
        return fail("what answered is not chronyd");
    if (read.u32(16) != sequence)
        return fail("answer to an earlier question",
                    std::make_error_code(std::errc::operation_would_block));
    if (read.u16(4) != static_cast<std::uint16_t>(command))
        return fail("chronyd answered another question");
    auto status = check_status(read.u16(8));
    if (!status)
        return status;
    const Form form = form_of(command);
    if (read.u16(6) != form.reply && read.u16(6) != form.newer_reply)
        return fail(fmt::format("chronyd answered with type {}", read.u16(6)));
    const auto whole = open_reply(reply, command);
    if (!whole)
        return fail(whole.error());
    return {};
}

Result<ChronyTracking> parse_tracking(std::span<const std::byte> reply)
{
    const auto read = open_reply(reply, ChronyCommand::Tracking);
    if (!read)
        return fail(read.error());
    return ChronyTracking{.reference_id = read->u32(28),
                          .address_family = read->u16(48),
                          .stratum = read->u16(52),
                          .leap = read->u16(54),
                          .reference_time = read->instant(56),
                          .correction = read->seconds(68),
                          .last_offset = read->seconds(72),
                          .root_delay = read->bound(92),
                          .root_dispersion = read->bound(96),
                          .update_interval = read->bound(100)};
}

Result<int> parse_source_count(std::span<const std::byte> reply)
{
    const auto read = open_reply(reply, ChronyCommand::NSources);
    if (!read)
        return fail(read.error());
    // chronyd has at most some hundred; a forged number must not keep us asking.
    return static_cast<int>(std::min(read->u32(28), 1000U));
}

Result<ChronySource> parse_source(std::span<const std::byte> reply)
{
    const auto read = open_reply(reply, ChronyCommand::SourceData);
    if (!read)
        return fail(read.error());
    ChronySource source{.state = to_state(read->u16(52)),
                        .is_reference_clock = read->u16(54) == 2,
                        .poll = static_cast<std::int16_t>(read->u16(48)),
                        .reach = read->u16(58),
                        .latest = read->seconds(68),
                        .latest_error = read->bound(72)};
    std::ranges::copy(reply.subspan(reply_header, source.address.size()), source.address.begin());
    return source;
}

Result<char> parse_selection(std::span<const std::byte> reply)
{
    const auto read = open_reply(reply, ChronyCommand::SelectData);
    if (!read)
        return fail(read.error());
    return static_cast<char>(read->u8(52));
}

/// Of RPY_NTP_DATA: two addresses of 20 bytes, port, leap, version, mode, stratum, poll, precision,
/// root delay and dispersion, then the reference ID.
Result<ServerReference> parse_ntp_reference(std::span<const std::byte> reply)
{
    const auto read = open_reply(reply, ChronyCommand::NtpData);
    if (!read)
        return fail(read.error());
    return ServerReference{
        .id = read->u32(84), .stratum = read->u8(73), .root_delay = read->bound(76)};
}

/// As it is configured, filled up with zeros.
Result<std::string> parse_source_name(std::span<const std::byte> reply)
{
    const auto read = open_reply(reply, ChronyCommand::SourceName);
    if (!read)
        return fail(read.error());
    std::string name;
    for (std::size_t at = reply_header;
         at < form_of(ChronyCommand::SourceName).length && read->u8(at) != 0; ++at)
        name += static_cast<char>(read->u8(at));
    return name;
}

Result<ChronyActivity> parse_activity(std::span<const std::byte> reply)
{
    const auto read = open_reply(reply, ChronyCommand::Activity);
    if (!read)
        return fail(read.error());
    const auto count = [&](std::size_t at) { return static_cast<int>(read->u32(at) & 0xFFFFU); };
    return ChronyActivity{.offline = count(32) + count(40), .unresolved = count(44)};
}

}  // namespace clockguard
