// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/report/diagnosis.hpp"

namespace clockguard {

/// Hyper-V's time synchronisation, and the clocks of other hosts.
void check_hosts(const Evidence& seen, Report& report);

}  // namespace clockguard
