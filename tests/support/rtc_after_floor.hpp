// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/report/rtc_report.hpp"

namespace clockguard {

const Instant floor_time = parse_instant("2026-03-03T08:00:00Z").value_or(Instant{});
const Floor last_good{.last_trusted = TrustedMoment{.at = floor_time, .by = "chrony"}};

/// A hardware clock that shows a time so long after the last one at which the clock was verified.
inline RtcSeen rtc_after_floor(Span after)
{
    const auto shows = std::chrono::floor<std::chrono::seconds>(floor_time + after);
    return {.device = {.node = "/dev/rtc0"}, .reading = RtcReading{.shows = shows}};
}

}  // namespace clockguard
