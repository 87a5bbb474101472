// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clockguard/core/clock/clock_history.hpp"
#include "clockguard/core/report/story_event.hpp"

namespace clockguard {

/// From here on a wrong clock does harm, and a step of it is worth a finding: what was dated before
/// is dated wrong. Half a minute expires nothing.
inline constexpr Span harmful = std::chrono::minutes{1};

/// The clock's history of one boot.
struct BootHistory {
    std::string boot_id{};
    Span begins{};  // since boot; what came before is not in the journal any more
    std::vector<ClockEvent> events{};
    std::optional<Instant> last_wall{};  // what the system clock showed when it was last told of
    std::string error{};  // why there is less than there could be; empty: there is not
};

/// "the journal begins 5 d after boot"; empty where it has the whole of it.
std::string late_begin(const BootHistory& history);

/// Why the story is not the whole of the boot; empty where it is.
std::string what_is_missing(const BootHistory& history);

/// The event with which the kernel took the time from the RTC, or nothing.
const ClockEvent* rtc_event(const std::vector<ClockEvent>& events);

/// CLOCK_REALTIME - CLOCK_BOOTTIME as it would have been at a moment since boot, had the clock been
/// as right as now. Events are stamped with CLOCK_MONOTONIC, which stands still while the machine
/// sleeps; while a guest is paused or saved, both do.
Instant booted_for(Span since_boot, Instant booted, const std::vector<ClockEvent>& events);

/// Marks the step with which the clock caught up after the machine had stood still for so long.
void mark_standstill(std::vector<ClockEvent>& events, Span still);

/// How long the machine slept or stood still in this boot, in all.
Span time_away(const std::vector<ClockEvent>& events);

/// The history as a story for people. `booted` is CLOCK_REALTIME - CLOCK_BOOTTIME of now, given
/// only where the clock is trusted: then every event has its corrected time, and the first tells
/// how wrong the RTC was. What several tell of one step is told once.
std::vector<StoryEvent> to_timeline(const std::vector<ClockEvent>& events,
                                    std::optional<Instant> booted);

/// "back by 31 d 00:00:23", "forward by 0.250 s"
std::string to_movement(Span amount);

/// What a time program found wrong by a minute or more, or refused to correct, and nothing stepped
/// then or later. Nothing where there is no such thing.
const ClockEvent* never_stepped(const std::vector<ClockEvent>& events);

/// The largest step since boot, seen from now where the RTC's line is known, else as it was told.
/// What was dated before the machine slept or stood still is right, so that this is no step.
Span largest_step(const std::vector<ClockEvent>& events, std::optional<Instant> booted);

}  // namespace clockguard
