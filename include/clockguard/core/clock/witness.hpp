// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/clock/observation.hpp"
#include "clockguard/core/clock/readings.hpp"
#include "clockguard/core/clock/trust.hpp"

namespace clockguard {

/// The kernel's error bound, kept by whatever program disciplines the clock. It outlives that
/// program by 8.9 h, and chronyd speaks for itself: it is the network's word only where a client of
/// the network is known to keep it. Where it is not known who does, it is the host's: open-vm-tools
/// and linuxptp write it too.
Witness kernel_witness(const Result<KernelClock>& reading, const TimeKeepers& keepers,
                       const ClockPolicy& policy);

/// The same witness where policy gives its word no weight, so that it was not asked.
Witness skipped(Witness witness, std::string why);

/// The RTC shows whole seconds, so its word is half a second coarse.
Witness rtc_witness(const Result<RtcReading>& reading, const ClockPolicy& policy);

/// The build of this program refutes a clock that shows less; it cannot confirm one that shows
/// more.
Witness build_witness(const Floor& floor, Instant now);

/// The same of the last moment at which the clock was trusted, which fresh network time overrules.
Witness record_witness(const Floor& floor, Instant now);

}  // namespace clockguard
