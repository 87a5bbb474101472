// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "clockguard/core/clock/observation.hpp"
#include "clockguard/core/clock/readings.hpp"
#include "clockguard/core/clock/trust.hpp"

namespace clockguard {

/// A machine that stood still: what chronyd measured before says nothing of the time since.
struct Standstill {
    Span length{};
    std::optional<Instant> update{};  // chronyd's last one, when that was found
};

/// What chronyd said in one look, and what else is known of the clock that it keeps.
struct ChronyStatus {
    Result<ChronyTracking> tracking = fail("not asked");
    std::optional<ChronySources> sources{};  // unset: not told
    std::optional<Error> sources_lost{};     // why they could not be asked, or did not tell
    /// The kernel's own state, which chronyd writes at each update; unset: of another machine.
    std::optional<KernelClock> kernel{};
    /// How far the clock has been moved since each moment from which that is known; signed.
    std::vector<Span> moved{};
    /// How long chronyd has been heard to be synchronised; unset: this is the first look.
    std::optional<Span> heard_for{};
    std::optional<Standstill> stood_still{};  // since the clock was verified last
};

/// chronyd's word counts when it follows a source nearer than the stratum limit, and fresh. It is
/// the network's word, or the host's where all it follows is a clock device of this machine, or
/// that of a server that follows no source. It says the clock is off by what remains to be slewed:
/// a chronyd that may not step contradicts the clock for as long as that takes. Where it would
/// agree there must be no doubt: what it last found has been corrected (chronyd -x cannot), the
/// clock was not set since and did not stand still, what is known of its sources was heard, and
/// with three sources and more a second one.
Witness chrony_witness(const ChronyStatus& status, const ClockPolicy& policy);

/// Whether it follows a source, its own clock among them.
bool is_synchronised(const ChronyTracking& said);

/// Whether the clock was set after chronyd's last update, so that it does not know it. The kernel
/// gives a clock that is set the error bound of a lost one (ntp_clear() of kernel/time/ntp.c).
bool was_set_since(const ChronyTracking& said, const KernelClock& kernel);

/// Whether what is missing is a measurement, for which chronyd may be asked: the clock was set or
/// stood still since its last one, or sources that have answered once are not judged yet, their
/// next poll a minute away.
bool wants_measurement(const ChronyStatus& status);

}  // namespace clockguard
