// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/system_clock.hpp"

#include <sys/timex.h>

#include <fmt/core.h>

#include "clockguard/edge/base/sys.hpp"

namespace clockguard {

Result<void> step_system_clock(Span by)
{
    using namespace std::chrono;
    // The kernel wants the fraction positive: -0.3 s is -1 s and 700 ms.
    const auto whole = floor<seconds>(by);
    timex change{};
    change.modes = ADJ_SETOFFSET;
    change.time.tv_sec = whole.count();
    change.time.tv_usec = (by - whole).count();
    const auto stepped = sys(::adjtimex(&change));
    if (!stepped)
        return fail(fmt::format("cannot step the system clock by {} (ADJ_SETOFFSET)", to_text(by)),
                    stepped.error());
    return {};
}

}  // namespace clockguard
