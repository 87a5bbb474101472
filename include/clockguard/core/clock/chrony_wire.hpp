// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "clockguard/core/clock/readings.hpp"

namespace clockguard {

using Bytes = std::vector<std::byte>;

/// The commands of chronyd's monitoring protocol that are used here (candm.h of chrony 4, protocol
/// version 6). All numbers travel in network byte order.
enum class ChronyCommand : std::uint16_t {
    Online = 1,
    Burst = 3,
    NSources = 14,
    SourceData = 15,
    Tracking = 33,
    Activity = 44,
    NtpData = 57,
    SourceName = 65,
    SelectData = 69,
};

/// ACTIVITY: how many sources chronyd cannot ask.
struct ChronyActivity {
    int offline = 0;
    int unresolved = 0;
};

/// A request, padded to the length of its reply: chronyd drops shorter ones, so that it amplifies
/// no flood. `index` is the source of SOURCE_DATA and SELECT_DATA. ONLINE and BURST (4 good of at
/// most 8 samples) are for every source: mask and address are of family UNSPEC.
Bytes encode_request(ChronyCommand command, std::uint32_t sequence, std::uint32_t index = 0);

/// NTP_DATA, which only the Unix socket tells, or SOURCE_NAME, of a source by its address.
Bytes encode_request_about(ChronyCommand command, std::uint32_t sequence,
                           std::span<const std::byte, 20> address);

/// The checks every reply must pass: version, direction, command, sequence, status, length. An
/// answer to an earlier question is told by errc::operation_would_block: read on for the next.
[[nodiscard]] Result<void> check_reply(std::span<const std::byte> reply, ChronyCommand command,
                                       std::uint32_t sequence);

/// The data of checked replies; `taken_at` is left to the caller, for the core knows no clock.
[[nodiscard]] Result<ChronyTracking> parse_tracking(std::span<const std::byte> reply);
[[nodiscard]] Result<int> parse_source_count(std::span<const std::byte> reply);
[[nodiscard]] Result<ChronySource> parse_source(std::span<const std::byte> reply);
[[nodiscard]] Result<char> parse_selection(std::span<const std::byte> reply);
[[nodiscard]] Result<ServerReference> parse_ntp_reference(std::span<const std::byte> reply);
[[nodiscard]] Result<std::string> parse_source_name(std::span<const std::byte> reply);
[[nodiscard]] Result<ChronyActivity> parse_activity(std::span<const std::byte> reply);

}  // namespace clockguard
