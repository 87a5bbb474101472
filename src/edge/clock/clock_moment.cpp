// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/clock_moment.hpp"

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/clock/rtc.hpp"
#include "clockguard/edge/clock/udev.hpp"

namespace clockguard {
namespace {

std::optional<Span> read_rtc_ahead(const Root& root)
{
    const auto rtcs = list_rtcs(root);
    if (!rtcs || rtcs->empty())
        return std::nullopt;
    const auto reading = read_rtc(root, rtcs->front());
    return reading ? std::optional{Instant{reading->shows} - reading->taken_at} : std::nullopt;
}

}  // namespace

ClockMoment read_clock_moment(const Root& root)
{
    return {.uptime = uptime_now().time_since_epoch(),
            .boot_instant = boot_instant(),
            .raw_instant = raw_instant(),
            .rtc_ahead = read_rtc_ahead(root)};
}

}  // namespace clockguard
