// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/report/diagnosis.hpp"

namespace clockguard {

/// Each hardware clock: against the system clock, against what is certainly past, and its zone.
void check_rtcs(const Evidence& seen, Report& report);

}  // namespace clockguard
