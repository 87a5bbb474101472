// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/clock/trust.hpp"

namespace clockguard {

/// How far the clock is apart from another, where both are known by how far the system clock is
/// from them: positive means that `clock` is ahead of `other`.
Offset between(const Offset& clock, const Offset& other);

/// Clocks of the host may be wrong together, but not apart. Two that contradict each other are
/// disputed: no word of the host's class counts. An RTC that one of them contradicts does not
/// vouch, whatever policy says: it can be written, and comes back wrong. Returns what was found.
std::vector<Finding> cross_check_host_clocks(std::vector<Witness>& witnesses,
                                             const ClockPolicy& policy);

}  // namespace clockguard
