// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/ptp_offset.hpp"

#include <algorithm>

namespace clockguard {
namespace {

constexpr std::int64_t ns_per_us = 1000;

/// A device may answer anything. What lies beyond the year 2250 is left of 64 bits of nanoseconds
/// when differences are taken; nothing before 1970 is a time.
constexpr std::int64_t year_2250_ns = 280LL * 31'556'952 * 1'000'000'000;

bool is_time(std::int64_t ns)
{
    return ns >= 0 && ns < year_2250_ns;
}

bool is_sound(const PtpSample& sample)
{
    return is_time(sample.before_ns) && is_time(sample.device_ns) && is_time(sample.after_ns) &&
           sample.after_ns >= sample.before_ns;
}

std::int64_t window(const PtpSample& sample)
{
    return sample.after_ns - sample.before_ns;
}

Span to_span(std::int64_t ns)
{
    return Span{ns / ns_per_us};
}

}  // namespace

Result<Offset> tightest_offset(const PtpReading& reading)
{
    const PtpSample* best = nullptr;
    for (const PtpSample& sample : reading.samples)
        if (is_sound(sample) && (best == nullptr || window(sample) < window(*best)))
            best = &sample;
    if (best == nullptr)
        return fail("no usable sample");
    const std::int64_t middle = best->before_ns + window(*best) / 2;
    // Half the window, and what cutting off nanoseconds loses on either side.
    return Offset{.value = to_span(middle - best->device_ns),
                  .error = to_span(window(*best) / 2) + Span{2}};
}

Result<Instant> device_time(const PtpReading& reading)
{
    if (reading.samples.empty() || !is_time(reading.samples.front().device_ns))
        return fail("no usable sample");
    return Instant{to_span(reading.samples.front().device_ns)};
}

}  // namespace clockguard
