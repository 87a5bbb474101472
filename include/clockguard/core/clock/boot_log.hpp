// SPDX-License-Identifier: Apache-2.0
#pragma once

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
    SetByChrony,    // chronyd "System clock was stepped by"
    FoundWrong,     // chronyd "System clock wrong by", before it acts
    TimeChanged,    // systemd noticed a step
    Jumped,         // the journal's two clocks moved against each other
    CertsReissued,  // MicroK8s' apiserver-kicker changed certificates
    HostTimeReady,  // hv_utils "TimeSync IC version"
};

struct ClockEvent {
    ClockEventKind kind = ClockEventKind::Jumped;
    Span since_boot{};
    std::optional<Instant> wall{};    // by the system clock of that moment
    Span amount{};                    // of a step; positive moves the clock forward
    std::optional<Instant> set_to{};  // what the RTC showed
    std::string source{};             // "rtc_cmos 00:04", "chronyd"
    std::string text{};               // the line itself
};

/// What the kernel says when it takes the time from a hardware clock.
struct RtcLine {
    std::string driver{};  // "rtc_cmos"
    std::string device{};  // "00:04"
    std::chrono::sys_seconds set_to{};
};

/// "rtc_cmos 00:04: setting system clock to 2026-10-04T00:01:05 UTC (1791072065)"; kernels before
/// 5.0 write a blank in place of the T. The date and the number must agree.
std::optional<RtcLine> parse_rtc_line(std::string_view text);

/// The clock's history in a boot: what was said of it and, from entries that carry both clocks,
/// every step that nobody mentioned. In order of time.
std::vector<ClockEvent> read_history(const std::vector<LogEntry>& entries);

/// "4.0", of the kernel's line "hv_utils: TimeSync IC version 4.0"; empty without one.
std::string ic_version(const std::vector<ClockEvent>& events);

/// By how much the clock was moved since the kernel set it from the RTC. The kernel adds half a
/// second to what the RTC shows; the line's stamp counts from boot; `booted` is CLOCK_REALTIME -
/// CLOCK_BOOTTIME now, which steps change and slewing does not. Good to a second, and seeing every
/// step whoever made it. A clock found right now was wrong by the opposite at boot.
Offset correction_since(const ClockEvent& set_from_rtc, Instant booted);

}  // namespace clockguard
