// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/clock/observation.hpp"
#include "clockguard/core/clock/time_sync.hpp"
#include "clockguard/core/clock/trust.hpp"

namespace clockguard {

/// "ptp:hyperv", "ptp:kvm" or "ptp:vmware" for what the drivers of hypervisors call their clock
/// (clock_name); nothing for any other. A network card has a PTP clock too: whoever set that one,
/// it was not the host.
std::string host_clock_name(std::string_view clock_name);

/// Whether policy lets this clock vouch alone.
bool may_vouch(const TimeSyncView& view, const ClockPolicy& policy);

/// Whether a host's clock decides anything: it may vouch, or show that an RTC may not.
bool hosts_count(const ClockPolicy& policy);

/// What several clocks of the host come to: disputed where two contradict each other, else the
/// first live one, those before others that may vouch; else the first, which is Hyper-V's.
TimeSyncView combine_host_clocks(const std::vector<TimeSyncView>& views, const ClockPolicy& policy);

/// "Hyper-V host's clock", "KVM host's clock", "VMware host's clock"
std::string title_of(const TimeSyncView& view);

/// A host's clock as a witness: of the host's class, like the RTC.
Witness host_witness(const TimeSyncView& view, const ClockPolicy& policy);

/// All of them; one that stands for them where policy gives none a weight. Where the device is out
/// of reach, as for the gate, what early heard before the boot went on is good for as long as
/// nobody stepped the clock. A host that has fallen silent since is not believed. `booted` is
/// CLOCK_REALTIME - CLOCK_BOOTTIME of now.
std::vector<Witness> host_witnesses(const Observation& seen, Instant booted,
                                    const ClockPolicy& policy);

}  // namespace clockguard
