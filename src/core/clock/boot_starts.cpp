// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/boot_starts.hpp"

#include <utility>

#include "clockguard/core/clock/rtc.hpp"

namespace clockguard {

ClaimedStart start_by(const ClockEvent& set_from_rtc)
{
    const Offset correction = correction_since(set_from_rtc, Instant{});
    return {
        .at = Instant{} - correction.value, .error = correction.error, .by = set_from_rtc.source};
}

ClaimedStart start_by(const RtcReading& reading, Instant booted)
{
    return start_by(rtc_offset(reading), booted, reading.name);
}

ClaimedStart start_by(const Offset& offset, Instant booted, std::string clock)
{
    return {.at = booted - offset.value, .error = offset.error, .by = std::move(clock)};
}

std::optional<Offset> ahead_of(const std::optional<ClaimedStart>& one,
                               const std::optional<ClaimedStart>& other)
{
    if (!one || !other)
        return std::nullopt;
    return Offset{.value = one->at - other->at, .error = one->error + other->error};
}

}  // namespace clockguard
