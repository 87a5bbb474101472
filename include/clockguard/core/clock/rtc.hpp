// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/clock/readings.hpp"

namespace clockguard {

/// A hardware clock of this machine, as sysfs lists it.
struct RtcDevice {
    std::string node{};             // "/dev/rtc0"
    std::string folder{};           // "/sys/class/rtc/rtc0"
    std::string name{};             // "rtc_cmos 00:04"
    bool set_system_clock = false;  // sysfs hctosys: the kernel took the boot time from it
};

/// What the digits of a hardware clock mean.
enum class RtcZone { Utc, Local };

/// The third line of /etc/adjtime (hwclock(8)); anything but LOCAL means UTC, as it does to
/// systemd and hwclock.
RtcZone parse_rtc_zone(std::string_view adjtime);

/// The digits of a hardware clock, counted as people do.
struct RtcDigits {
    int year = 1970;
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

/// Nothing for an impossible date: a clock that lost power may show any digits.
std::optional<std::chrono::sys_seconds> to_moment(const RtcDigits& digits);

RtcDigits to_digits(std::chrono::sys_seconds moment);

/// sysfs since_epoch: "1775204434\n".
std::optional<std::chrono::sys_seconds> parse_since_epoch(std::string_view text);

/// System clock minus RTC, which shows whole seconds: half a second coarse, unless its second was
/// seen to begin.
Offset rtc_offset(const RtcReading& reading);

/// The zone whose time a clock probably keeps that is `ahead` of true time: a whole number of
/// quarter hours, other than none, up to 14 h either way, to a few seconds. Nothing where it is off
/// by anything else, or where that is known too coarsely to tell.
std::optional<Span> local_time_shift(const Offset& ahead);

/// "UTC+02:00", "UTC-09:30"
std::string zone_text(Span shift);

/// How far into a second an RTC must be written so that its next second begins on time: half a
/// second for rtc_cmos, whose divider is reset by the write (MC146818 data sheet; the kernel's
/// set_offset_nsec), none for others, as in hwclock.
Span write_phase(std::string_view name);

/// What to write, and when.
struct RtcWrite {
    Instant at{};
    std::chrono::sys_seconds value{};
};

/// The next moment at which a write comes out right, `lead` or more after `now`.
RtcWrite next_write(Instant now, Span phase, Span lead);

/// The flag of RTC_VL_READ that says that what the clock shows means nothing.
inline constexpr unsigned rtc_time_invalid = 1;

/// The flags of RTC_VL_READ (linux/rtc.h) in words: "backup battery low". None set: none said.
std::vector<std::string> rtc_trouble_words(unsigned flags);

}  // namespace clockguard
