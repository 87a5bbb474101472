// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/clock/time_sync.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// Looks at every clock of the host that this guest has: twice, a fifth of a second apart, where
/// there is a clock to read, else once.
HostLooks look_at_hosts(const Root& root);

}  // namespace clockguard
