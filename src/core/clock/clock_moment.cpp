// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/clock_moment.hpp"

#include <fmt/core.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// Between the frequency of a kept clock and that of the oscillator lie 500 ppm at the most
/// (MAXFREQ of include/linux/timex.h).
constexpr int kept_within = 2000;

/// A step that matters to who asks long after: a leap second is none.
constexpr Span step_limit = 1500ms;

constexpr Span worth_asking_again = 1min;

}  // namespace

std::string how_it_moved(const ClockMoment& then, const ClockMoment& now)
{
    const Span stepped = now.boot_instant - then.boot_instant;
    if (abs(stepped) > step_limit)
        return fmt::format("the clock was stepped by {}", to_text(stepped));
    if (!then.raw_instant || !now.raw_instant)
        return {};
    const Span slewed = *now.raw_instant - *then.raw_instant;
    if (abs(slewed) > step_limit + abs(now.uptime - then.uptime) / kept_within)
        return fmt::format("the clock was slewed by {}", to_text(slewed));
    return {};
}

std::optional<Span> stood_still(const ClockMoment& then, const ClockMoment& now)
{
    if (!then.rtc_ahead || !now.rtc_ahead)
        return std::nullopt;
    const Span stepped = now.boot_instant - then.boot_instant;
    const Span still = *now.rtc_ahead - *then.rtc_ahead + stepped;
    return still > worth_asking_again ? std::optional{still} : std::nullopt;
}

std::string still_text(Span still)
{
    return fmt::format("the hardware clock has gained {} on the system clock: the machine was "
                       "paused, or that clock was set",
                       to_text(still));
}

}  // namespace clockguard
