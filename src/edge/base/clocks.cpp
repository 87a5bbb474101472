// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/clocks.hpp"

#include <cerrno>
#include <ctime>

namespace clockguard {
namespace {

Span read_clock(clockid_t clock)
{
    timespec now{};
    ::clock_gettime(clock, &now);
    using namespace std::chrono;
    return seconds{now.tv_sec} + duration_cast<Span>(nanoseconds{now.tv_nsec});
}

}  // namespace

Instant wall_now()
{
    return Instant{read_clock(CLOCK_REALTIME)};
}

Uptime uptime_now()
{
    return Uptime{read_clock(CLOCK_BOOTTIME)};
}

Instant boot_instant()
{
    Span tightest = Span::max();
    Instant best{};
    for (int reading = 0; reading < 3; ++reading) {
        const Span before = read_clock(CLOCK_BOOTTIME);
        const Instant wall = wall_now();
        const Span after = read_clock(CLOCK_BOOTTIME);
        if (after - before < tightest) {
            tightest = after - before;
            best = wall - (before + (after - before) / 2);
        }
    }
    return best;
}

Instant raw_instant()
{
    const Span suspended = read_clock(CLOCK_BOOTTIME) - read_clock(CLOCK_MONOTONIC);
    const Span before = read_clock(CLOCK_MONOTONIC_RAW);
    const Instant wall = wall_now();
    const Span after = read_clock(CLOCK_MONOTONIC_RAW);
    return wall - (before + (after - before) / 2) - suspended;
}

void sleep_until(Uptime moment)
{
    using namespace std::chrono;
    const Span since_boot = moment.time_since_epoch();
    const timespec until{.tv_sec = since_boot / seconds{1},
                         .tv_nsec = nanoseconds{since_boot % seconds{1}}.count()};
    while (::clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &until, nullptr) == EINTR) {
    }
}

void sleep_for(Span length)
{
    sleep_until(uptime_now() + length);
}

ClockPair read_clock_pair()
{
    return {.wall = wall_now(), .monotonic = read_clock(CLOCK_MONOTONIC)};
}

}  // namespace clockguard
