// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/nudge.hpp"

#include <algorithm>

namespace clockguard {

using namespace std::chrono_literals;

bool NudgeTimes::is_due(Uptime now) const
{
    return since_ && now - *since_ >= 250ms && now >= not_before_;
}

void NudgeTimes::nudged(Uptime now)
{
    constexpr Span longest = 10min;
    not_before_ = now + pause_;
    pause_ = std::min(2 * pause_, longest);
}

}  // namespace clockguard
