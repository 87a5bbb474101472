// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "clockguard/core/clock/readings.hpp"

namespace clockguard {

/// A reference ID (RFC 5905, 7.3): up to four letters that name a clock, or a server's address; of
/// one of IPv6, what its digest begins with. "PHC0" where all are printable, else "192.0.2.1".
std::string reference_text(std::uint32_t id);

/// chronyd's own clock: 127.127.1.1, of its directive `local`.
bool is_own_clock(std::uint32_t id);

/// Whether a server follows no source: it names its own clock (127.127.1.x, LOCL, LCL), a clock
/// device of its machine (PHC*, RTC*) or, a Windows guest, that of its Hyper-V host (VMTP); or it
/// is an orphan, or names nothing.
bool is_no_source(const ServerReference& reference);

/// What those that follow this server name; none of a source that has no address.
std::optional<std::uint32_t> reference_id_of(const ChronySource& server);

/// Whether a clock of this name gets its time from outside of this machine: GPS, PPS, NMEA and DCF,
/// with a number or without, and those that policy names.
bool is_reference_clock(std::uint32_t id, const std::vector<std::string>& named);

/// The same of a reference clock of chronyd's that is not selected. Not of PPS, which tells when a
/// second begins, and not which.
bool tells_time_from_outside(const ChronySource& clock, const std::vector<std::string>& named);

}  // namespace clockguard
