// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "clockguard/core/clock/rtc.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// What /etc/adjtime says; no such file means UTC.
RtcZone read_rtc_zone(const Root& root);

/// What a hardware clock shows, turned into UTC. Its device can be opened by one program at a time
/// (rtc(4)); while it is held, or may not be opened, or is not there, sysfs is read instead.
[[nodiscard]] Result<RtcReading> read_rtc(const Root& root, const RtcDevice& rtc);

/// The flags of RTC_VL_READ, for rtc_trouble_words(). Most drivers have none to give.
std::optional<unsigned> read_rtc_trouble(const Root& root, const RtcDevice& rtc);

/// Writes a moment, in local time where /etc/adjtime says so, at once. Needs CAP_SYS_TIME.
[[nodiscard]] Result<void> set_rtc(const Root& root, const RtcDevice& rtc,
                                   std::chrono::sys_seconds moment);

}  // namespace clockguard
