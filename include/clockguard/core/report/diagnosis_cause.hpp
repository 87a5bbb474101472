// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/report/diagnosis.hpp"

namespace clockguard {

/// Why the boot started as it did, how the next one will, and whether it keeps happening.
void check_cause(const Evidence& seen, Report& report);

/// How long the machine stood still after its boot, as a guest that was paused or saved does.
Span standstill(const Evidence& seen);

/// A cause as one check of a report, with the numbers; skipped where nothing was wrong and nothing
/// could be compared.
ReportCheck to_check(const Cause& cause, const BootStarts& starts);

}  // namespace clockguard
