// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/report/diagnosis.hpp"

namespace clockguard {

/// Whether the system clock may be believed, and if not, what its keeper lacks.
void check_clock(const Evidence& seen, Report& report);

/// What happened to the clock since boot.
void check_boot(const Evidence& seen, Report& report);

}  // namespace clockguard
