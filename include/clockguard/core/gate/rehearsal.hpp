// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/clock/observation.hpp"
#include "clockguard/core/clock/trust.hpp"

namespace clockguard {

/// A boot as it might go, in virtual time: what the RTC shows, when network time can be had, and
/// what chronyd may do about it.
struct RehearsedBoot {
    Span rtc_offset{};  // positive: the RTC, and so the boot clock, is ahead
    Span ntp_after{};   // since boot; `forever`: never
    bool chrony_may_step = true;
};

/// How far the system clock is ahead of the truth at a moment of that boot.
Span clock_error(const RehearsedBoot& boot, Uptime at);

/// When chronyd's first update comes; `forever` when no time can be had. Three samples, two seconds
/// apart, make its first update: 4.2 s after it can reach a server (iburst).
Span first_update(const RehearsedBoot& boot);

/// What the real witnesses would say at that moment, read by the real rules.
Observation rehearse(const RehearsedBoot& boot, Uptime at, const ClockPolicy& policy);

}  // namespace clockguard
