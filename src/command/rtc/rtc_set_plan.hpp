// SPDX-License-Identifier: Apache-2.0
// What a hardware clock is set from, and why it is not set.
#pragma once

#include <optional>
#include <string>

#include "clockguard/command/rtc/rtc_commands.hpp"
#include "clockguard/command/rtc/rtc_outcome.hpp"
#include "clockguard/core/base/config.hpp"

namespace clockguard {

/// The clock that is copied.
struct TimeSource {
    std::string title = "the system clock";
    std::string warrant{};  // "verified by chrony"
    Offset system_ahead{};  // how far the system clock, which is read with the RTC, is ahead of it
};

struct SetPlan {
    const RtcSetOptions& options;
    const RtcConfig& config;
    Instant booted{};  // CLOCK_REALTIME - CLOCK_BOOTTIME before anything was asked
    TimeSource source{};
};

/// Positive: the hardware clock is ahead of what it is set from.
Offset ahead_of(const TimeSource& source, const RtcReading& reading);

/// Below a hundredth of a second, milliseconds would hide the error.
std::string offset_text(const Offset& offset);

/// "2026-04-03 08:00:33  31d ahead", or why the clock cannot be read.
std::string state_text(const RtcSeen& seen, const TimeSource& source);

/// "/dev/rtc0 (rtc_cmos 00:04)"
std::string title_of(const RtcSeen& seen);

/// Why there is nothing to do, or nothing. A clock that cannot be read is worth setting.
std::string reason_to_leave(const RtcSeen& seen, const SetPlan& plan);

/// A clock that keeps local time on purpose, for Windows beside this system for instance, would
/// lose it. Empty: it may be set.
std::string reason_to_refuse(const RtcSeen& seen, const SetPlan& plan);

/// What is copied, or why nothing is.
struct TimeSourceChoice {
    std::optional<TimeSource> source{};
    RtcOutcome refusal{};
};

/// The host's clock is not copied where it contradicts a verified system clock by more than
/// `limit`.
TimeSourceChoice choose_source(RtcSource from, const RtcWorld& world, const TrustNow& trust,
                               Span limit);

}  // namespace clockguard
