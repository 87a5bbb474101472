// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clockguard/core/base/finding.hpp"
#include "clockguard/core/clock/readings.hpp"
#include "clockguard/core/clock/rtc.hpp"
#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// A hardware clock, and what came of asking it.
struct RtcSeen {
    RtcDevice device{};
    RtcZone zone = RtcZone::Utc;
    Result<RtcReading> reading = fail("not asked");
    std::optional<unsigned> trouble{};  // RTC_VL_READ
};

/// One hardware clock against a system clock that is trusted or not. A clock that cannot be read
/// is unclear, not wrong; of two that differ nobody knows which is wrong unless one is trusted.
Finding judge_rtc(const RtcSeen& seen, Span limit, bool clock_trusted);

/// Whether one that was read shows what cannot be: less than the newest moment that has certainly
/// passed. Its second has begun, so it may lag by one. More than that proves nothing, however much.
Finding judge_against_floor(const RtcSeen& seen, const Floor& floor);

/// "rtc0 is 31 d 00:00:23 ahead of the system clock (+/-0.500 s), limit 2 s", or why it cannot be
/// read.
std::string rtc_statement(const RtcSeen& seen, Span limit);

/// What was learned by waiting for its second to begin: that it did not, or that its driver
/// promises update interrupts which never come.
std::vector<Finding> judge_tick(const RtcSeen& seen);

/// What the clock's own driver says is wrong with it (RTC_VL_READ), one finding or none.
std::vector<Finding> judge_trouble(const RtcSeen& seen);

/// Sets the hardware clock from the system clock; of one that keeps local time, what
/// /etc/adjtime says of it counts only when told.
CommandLine set_from_system(bool keeps_zone);

/// The same for a machine that has no hardware clock.
Finding no_rtc();

/// "31 d 00:00:23 ahead (+/-0.500 s)": this hardware clock minus the system clock.
Offset ahead_of_system(const RtcReading& reading);

/// What each clock shows, how far it is from the system clock, and how it was read, in 80 columns.
std::string render_rtcs(const std::vector<RtcSeen>& rtcs);

ReportClock to_clock(const RtcSeen& seen);

/// "rtc0" for /dev/rtc0.
std::string short_name(const RtcDevice& device);

}  // namespace clockguard
