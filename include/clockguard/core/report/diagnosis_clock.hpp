// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/report/diagnosis.hpp"

namespace clockguard {

/// Whether the system clock may be believed, and if not, what its keeper lacks.
void check_clock(const Evidence& seen, Report& report);

/// What happened to the clock since boot.
void check_boot(const Evidence& seen, Report& report);

/// Whether MicroK8s waits for the clock, and how the wait of this boot ended.
void check_gate(const Evidence& seen, Report& report);
void check_units(const Evidence& seen, Report& report);

}  // namespace clockguard
