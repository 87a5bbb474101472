// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "clockguard/core/clock/time_sync.hpp"
#include "clockguard/core/report/report.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// What the host's clock led to.
struct HostCorrection {
    TimeSyncView before{};
    std::optional<TimeSyncView> after{};  // read back; unset: nothing was stepped
    std::string trouble{};                // why a step failed, or did not hold
    std::string left_alone{};             // why the clock was not stepped, though it was refuted

    bool corrected() const { return after && trouble.empty(); }
};

/// The outcome for the gate: rtc_corrected where the clock was set from the host's, host_agrees
/// where the host's vouched for it; nothing where policy does not let it vouch, or it did neither.
std::optional<GateRecord> to_gate_record(const HostCorrection& correction,
                                         const ClockPolicy& policy, Instant boot_instant);

/// The outside world, for tests.
struct HostClockWorld {
    std::function<TimeSyncView()> look{};
    std::function<Uptime()> uptime{};
    std::function<void(Span)> wait{};
    std::function<Result<void>(Span)> step{};
    std::function<std::string()> reason_not_to_step{};  // asked at the last moment; empty: step
};

/// Steps the system clock to the host's and reads it back, where policy lets the host's clock vouch
/// and it refutes the system clock; else changes nothing. A clock without a sample is waited for
/// six seconds, since the host sends one every five.
HostCorrection correct_from_host(const HostClockWorld& world, const ClockPolicy& policy,
                                 bool may_step);

/// The world of this machine.
HostClockWorld live_host_clock(const Root& root, const ClockPolicy& policy, Instant floor,
                               std::function<std::string()> reason_not_to_step);

}  // namespace clockguard
