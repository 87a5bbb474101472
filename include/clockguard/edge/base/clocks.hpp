// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// CLOCK_REALTIME: the system clock, the thing on trial.
Instant wall_now();

/// CLOCK_BOOTTIME: time since boot, suspend included; what every wait is measured with.
Uptime uptime_now();

/// CLOCK_REALTIME - CLOCK_BOOTTIME: when this machine was booted, according to the system clock.
/// It changes when the clock is stepped; neither a slew, which moves both clocks alike, nor the
/// tick of time changes it. The tightest of several readings, good to some microseconds.
Instant boot_instant();

/// CLOCK_REALTIME - CLOCK_MONOTONIC_RAW, time in suspend taken off: it moves with every slew and
/// with the frequency that an NTP client sets, which CLOCK_BOOTTIME follows (clock_gettime(2)).
Instant raw_instant();

/// Sleeps until that moment has come; a step of the system clock changes nothing about it.
void sleep_until(Uptime moment);

/// Sleeps so long from now.
void sleep_for(Span length);

/// The system clock and CLOCK_MONOTONIC at one moment.
ClockPair read_clock_pair();

}  // namespace clockguard
