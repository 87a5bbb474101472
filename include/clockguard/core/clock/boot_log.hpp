// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// One line of the kernel's log or the journal.
struct LogEntry {
    Span since_boot{};              // CLOCK_MONOTONIC when it was written
    std::optional<Instant> wall{};  // the system clock at the same moment; the journal keeps both
    std::string speaker{};          // "kernel", "chronyd", "systemd", or the unit's name
    std::string text{};
};

/// What a log line tells of the clock.
enum class ClockEventKind {
    SetFromRtc,     // the kernel, when the RTC's driver arrived
    Stepped,        // a time keeper says that it moved the clock, and by how much
    SaidToSet,      // one says that it set the clock, and not by how much
    FoundWrong,     // one says by how much the clock is wrong, before it acts or where it slews
    Refused,        // one says that this is more than it may correct; 0: it does not say how much
    ReadAsLocal,    // systemd moved the clock by the zone, for the RTC keeps local time
    TimeChanged,    // systemd noticed a step
    Slept,          // the kernel woke the machine up; the amount is how long it slept
    Jumped,         // the journal's two clocks moved against each other, between two entries
    CertsReissued,  // MicroK8s' apiserver-kicker changed certificates
    HostTimeReady,  // hv_utils "TimeSync IC version"
    LeftOut,        // so many events are not kept one by one
};

struct ClockEvent {
    ClockEventKind kind = ClockEventKind::Jumped;
    Span since_boot{};
    Span after{};                     // of a jump: the entry before it, since boot
    std::optional<Instant> wall{};    // by the system clock of that moment
    Span amount{};                    // of a step; positive moves the clock forward
    std::optional<Instant> set_to{};  // what the RTC showed, its digits taken for UTC
    Span zone{};                      // what its digits are ahead of UTC, for it keeps local time
    std::string source{};             // "rtc_cmos 00:04", "chronyd"
    std::string text{};               // the line itself
    bool stood_still = false;         // of a step: the machine had stood still until then
    std::uint64_t times = 1;          // it was said so often
    Span last{};                      // since boot, where it was said more than once
};

/// When it was said last, since boot.
inline Span last_time(const ClockEvent& event)
{
    return std::max(event.since_boot, event.last);
}

/// What the kernel says when it takes the time from a hardware clock.
struct RtcLine {
    std::string driver{};  // "rtc_cmos"
    std::string device{};  // "00:04"
    std::chrono::sys_seconds set_to{};
};

/// "rtc_cmos 00:04: setting system clock to 2026-10-04T00:01:05 UTC (1791072065)"; kernels before
/// 5.0 write a blank in place of the T. The date and the number must agree.
std::optional<RtcLine> parse_rtc_line(std::string_view text);

/// Only from those who may say it: a pod's log may hold any words. Nothing of a line that does not
/// tell of the clock.
std::optional<ClockEvent> to_event(const LogEntry& entry);

/// "4.0", of the kernel's line "hv_utils: TimeSync IC version 4.0", which before Linux 4.11 was
/// "Using TimeSync version 4.0" (drivers/hv/hv_util.c); empty without one.
std::string ic_version(const std::vector<ClockEvent>& events);

/// By how much the clock was moved since the kernel set it from the RTC. The kernel adds half a
/// second to what the RTC shows; the line's stamp counts from boot; `booted` is CLOCK_REALTIME -
/// CLOCK_BOOTTIME now, which steps change and slewing does not. Good to a second, and seeing every
/// step whoever made it, but for that to UTC where the RTC keeps local time. A clock found right
/// now was wrong by the opposite at boot.
Offset correction_since(const ClockEvent& set_from_rtc, Instant booted);

}  // namespace clockguard
