// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/journal_header.hpp"

#include <algorithm>
#include <limits>

namespace clockguard {
namespace {

constexpr std::string_view signature = "LPKSHHRH";
constexpr std::size_t id_size = 16;

// Where the fields stand.
constexpr std::size_t seqnum_id = 72;
constexpr std::size_t head_entry_seqnum = 168;
constexpr std::size_t tail_entry_realtime = 192;

/// Little-endian, whatever the machine is.
std::uint64_t number_at(std::size_t place, std::string_view bytes)
{
    std::uint64_t number = 0;
    for (std::size_t octet = 0; octet < sizeof(number); ++octet)
        number |= std::uint64_t{static_cast<unsigned char>(bytes[place + octet])} << (8 * octet);
    return number;
}

}  // namespace

std::optional<JournalHeader> parse_journal_header(std::string_view bytes)
{
    constexpr auto latest = static_cast<std::uint64_t>(std::numeric_limits<Span::rep>::max());
    if (bytes.size() < journal_header_size || !bytes.starts_with(signature))
        return std::nullopt;
    const std::uint64_t wall = std::min(number_at(tail_entry_realtime, bytes), latest);
    return JournalHeader{.sequence = std::string{bytes.substr(seqnum_id, id_size)},
                         .first = number_at(head_entry_seqnum, bytes),
                         .last_wall = Instant{Span{static_cast<Span::rep>(wall)}}};
}

}  // namespace clockguard
