// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// What this machine's clocks show at one moment, from which it can be told later how the system
/// clock has moved since.
struct ClockMoment {
    Span uptime{};           // CLOCK_BOOTTIME
    Instant boot_instant{};  // CLOCK_REALTIME - CLOCK_BOOTTIME: moves with steps
    /// CLOCK_REALTIME - (CLOCK_MONOTONIC_RAW + time in suspend): moves with slews too.
    std::optional<Instant> raw_instant{};
    std::optional<Span> rtc_ahead{};  // hardware clock - system clock, in whole seconds
};

/// Reading two clocks one after the other scatters by microseconds; by this much on a machine that
/// is busy.
inline constexpr Span reading_scatter = std::chrono::milliseconds{5};

/// Whether the clock was stepped between two moments, by CLOCK_REALTIME - CLOCK_BOOTTIME of each: a
/// slew moves both clocks alike.
inline bool is_stepped(Instant then, Instant now)
{
    return abs(now - then) > reading_scatter;
}

/// How the system clock was set since, or slewed by more than an NTP client that keeps it does
/// ("the clock was stepped by 30 d"); empty: it was not.
std::string how_it_moved(const ClockMoment& then, const ClockMoment& now);

/// How long the machine stood still, its clocks with it (paused, or restored from a saved state):
/// its hardware clock went on. Nothing where that is less than a minute, or the hardware clock
/// unknown.
std::optional<Span> stood_still(const ClockMoment& then, const ClockMoment& now);

/// What is said of it.
std::string still_text(Span still);

}  // namespace clockguard
