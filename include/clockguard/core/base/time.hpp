// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

// Microseconds, not nanoseconds: a signed 64-bit count of nanoseconds ends in the year 2262, and a
// certificate may be valid until 9999-12-31 (RFC 5280, 4.1.2.5).
using Span = std::chrono::microseconds;

/// A moment in UTC.
using Instant = std::chrono::sys_time<Span>;

struct BootClock {};

/// A moment on CLOCK_BOOTTIME. Its own type, so it cannot be subtracted from an Instant.
using Uptime = std::chrono::time_point<BootClock, Span>;

/// How far the system clock is from another clock; positive means the system clock is ahead.
/// The truth lies within `value` +/- `error`.
struct Offset {
    Span value{};
    Span error{};
};

/// Longer than any wait: "infinity" in the configuration.
inline constexpr Span forever = Span::max();

/// The longest that parse_span() takes, beside forever: whoever adds it to a moment of any calendar
/// stays far from the end of Span.
inline constexpr Span longest_span = std::chrono::days{365'250};

/// "2026-09-09T10:11:12Z"
std::string to_text(Instant instant);

/// A length for people: two units at most, rounded to the smaller one. "30 d 23 h", "-5 min",
/// "1 h 30 min", "12.3 s", "44 ms", "infinity".
std::string to_text(Span span);

/// The same, but below a minute to the millisecond, for what is compared: "0.010 s", "30 d 4 h".
std::string to_ms_text(Span span);

/// "0.010 s ahead (+/-0.001 s)", "30 d behind (+/-1.000 s)"
std::string to_text(const Offset& offset);

/// Reads what to_text(Instant) writes (RFC 3339 in UTC, fractions of a second allowed).
[[nodiscard]] Result<Instant> parse_instant(std::string_view text);

/// Reads "5min", "1h 30min", "250ms", "30d" or "infinity": the units of systemd.time(7) from us to
/// w. A bare number is refused, for it leaves the unit to a guess, and so is more than
/// longest_span.
[[nodiscard]] Result<Span> parse_span(std::string_view text);

/// A span as JSON and metrics want it.
double to_seconds(Span span);

/// The system clock and CLOCK_MONOTONIC at one moment.
struct ClockPair {
    Instant wall{};
    Span monotonic{};
};

/// By how much the system clock was moved between two moments; negative is back. A pause of the
/// whole machine, which CLOCK_MONOTONIC does not count, looks like a step forward.
Span clock_moved(const ClockPair& then, const ClockPair& now);

/// "2026-09-09 10:11"
std::string to_minutes(Instant instant);

}  // namespace clockguard
