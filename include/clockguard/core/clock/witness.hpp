// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/clock/observation.hpp"
#include "clockguard/core/clock/readings.hpp"
#include "clockguard/core/clock/trust.hpp"

namespace clockguard {

/// chronyd's word counts when it follows a source nearer than the stratum limit, and fresh; it is
/// the network's word, or the host's where all it follows is a clock device of this machine. It
/// says the clock is off by what remains to be slewed: a chronyd that may not step contradicts the
/// clock for as long as that takes.
Witness chrony_witness(const Result<ChronyTracking>& answer, const ClockPolicy& policy);

/// Adds to the reason of chronyd's silence what its sources do: "..., 0 of 4 sources answer".
void explain_silence(Witness& chrony, const Result<ChronySources>& sources);

/// The kernel's error bound, kept by whatever program disciplines the clock. It outlives that
/// program by 8.9 h, and chronyd speaks for itself: it may vouch only where timesyncd says that it
/// synchronised, where no chronyd is installed, or where one runs but may not be asked.
Witness kernel_witness(const Result<KernelClock>& reading, const TimeKeepers& keepers);

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
