// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/kernel_clock.hpp"

#include <algorithm>
#include <ctime>
#include <sys/timex.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/sys.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr Span unsynchronized_error = 16s;
constexpr timespec apart{.tv_sec = 0, .tv_nsec = 50'000'000};
/// What a slew moves the clock in 50 ms is 5 ms at the most; a smaller step decides nothing.
constexpr Span steady = 10ms;

Result<KernelClock> read_once()
{
    timex state{};
    const auto read = sys(::adjtimex(&state));
    if (!read)
        return fail("cannot read kernel clock state (adjtimex)", read.error());
    return KernelClock{.max_error = Span{state.maxerror},
                       .unsynchronized = (state.status & STA_UNSYNC) != 0,
                       .taken_at = wall_now()};
}

}  // namespace

Result<KernelClock> read_kernel_clock()
{
    const Instant boot = boot_instant();
    auto first = read_once();
    if (!first || first->max_error >= unsynchronized_error)
        return first;
    ::clock_nanosleep(CLOCK_MONOTONIC, 0, &apart, nullptr);
    auto second = read_once();
    if (!second)
        return second;
    if (abs(boot_instant() - boot) > steady)
        return fail("the clock was stepped while the kernel was asked");
    second->max_error = std::max(first->max_error, second->max_error);
    return second;
}

}  // namespace clockguard
