// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/clock/clock_moment.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// This machine's clocks now. The hardware clock is the one that the kernel took the time from,
/// else the first; it is left out where it cannot be read.
ClockMoment read_clock_moment(const Root& root);

}  // namespace clockguard
