// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/kernel_clock.hpp"

#include <algorithm>
#include <sys/timex.h>

#include "clockguard/core/clock/clock_moment.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/sys.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// Microseconds a hundredth of a second has, on every architecture with USER_HZ of 100.
constexpr long usual_tick = 10000;
constexpr Span apart = 50ms;

Result<KernelClock> read_once()
{
    timex state{};
    const auto read = sys(::adjtimex(&state));
    if (!read)
        return fail("cannot read kernel clock state (adjtimex)", read.error());
    // In nanoseconds where the loop counts so (adjtimex(2), STA_NANO).
    const Span offset =
        (state.status & STA_NANO) != 0
            ? std::chrono::duration_cast<Span>(std::chrono::nanoseconds{state.offset})
            : Span{state.offset};
    return KernelClock{.max_error = Span{state.maxerror},
                       .still_to_slew = abs(offset),
                       .is_disciplined = state.freq != 0 || state.tick != usual_tick ||
                                         (state.status & ~STA_UNSYNC) != 0,
                       .unsynchronized = (state.status & STA_UNSYNC) != 0,
                       .taken_at = wall_now()};
}

std::optional<KernelState> read_state()
{
    timex state{};
    if (::adjtimex(&state) < 0)
        return std::nullopt;
    return KernelState{.frequency = state.freq,
                       .tick = state.tick,
                       .max_error_us = state.maxerror,
                       .status = state.status};
}

}  // namespace

KernelWatch::KernelWatch() : last_{read_state()} {}

bool KernelWatch::look()
{
    const auto now = read_state();
    const bool written = last_ && now && was_written(*last_, *now);
    last_ = now;
    return written;
}

Result<KernelClock> glance_at_kernel_clock()
{
    return read_once();
}

Result<KernelClock> read_kernel_clock()
{
    const Instant boot = boot_instant();
    auto first = read_once();
    if (!first || first->max_error >= kernel_error_limit)
        return first;
    sleep_for(apart);
    auto second = read_once();
    if (!second)
        return second;
    if (is_stepped(boot, boot_instant()))
        return fail("the clock was stepped while the kernel was asked");
    second->max_error = std::max(first->max_error, second->max_error);
    return second;
}

}  // namespace clockguard
