// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/report/diagnosis.hpp"

namespace clockguard {

/// How the hosts' clocks stand by all that is known: since when Hyper-V's has said nothing, and
/// what the network says.
std::vector<TimeSyncView> judged_hosts(const Evidence& seen);

/// Hyper-V's time synchronisation, and the clocks of other hosts.
void check_hosts(const Evidence& seen, Report& report);

}  // namespace clockguard
