// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// Steps the system clock by a length of time, positive forward, in one call that loses no time on
/// the way (ADJ_SETOFFSET, adjtimex(2)). Needs CAP_SYS_TIME.
[[nodiscard]] Result<void> step_system_clock(Span by);

}  // namespace clockguard
