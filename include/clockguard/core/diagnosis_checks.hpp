// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/diagnosis.hpp"

namespace clockguard {

/// Each looks at one side of the evidence and adds its checks to the report, with a finding for
/// each that is not as it should be.

/// The remedy that the file of a code has for this machine; none where it has none.
std::vector<ReportFix> fixes_for(std::string_view code, const Here& here);

/// Whether the system clock may be believed, and if not, what its keeper lacks.
void check_clock(const Evidence& seen, Report& report);

/// Each hardware clock: against the system clock, against what is certainly past, and its zone.
void check_rtcs(const Evidence& seen, Report& report);

/// What happened to the clock since boot.
void check_boot(const Evidence& seen, Report& report);

/// Why the boot started as it did, how the next one will, and whether it keeps happening.
void check_cause(const Evidence& seen, Report& report);

/// A cause as one check of a report, with the numbers; skipped where nothing was wrong and nothing
/// could be compared.
ReportCheck to_check(const Cause& cause, const BootStarts& starts);

/// Hyper-V's time synchronisation, and the clocks of other hosts.
void check_hosts(const Evidence& seen, Report& report);

/// Whether MicroK8s waits for the clock, and how the wait of this boot ended.
void check_gate(const Evidence& seen, Report& report);

/// The certificates; findings of one kind become one.
void check_certificates(const Evidence& seen, Report& report);

/// What else in MicroK8s is dated from the future; nothing is said where nothing was found.
void check_leftovers(const Evidence& seen, Report& report);

}  // namespace clockguard
