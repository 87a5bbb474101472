// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/clock/time_sync.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// How Hyper-V's time synchronisation stands here: two looks, a fifth of a second apart where there
/// is a clock to read, else one.
TimeSyncView read_time_sync(const Root& root, Instant floor);

/// Every clock of the host that this guest has: first how Hyper-V's stands, whether there is one or
/// not, then those of other hypervisors.
std::vector<TimeSyncView> read_host_clocks(const Root& root, Instant floor);

}  // namespace clockguard
