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

/// What the host's word came to, for the gate: rtc_corrected where it put the clock right,
/// host_agrees where it vouched for it; nothing where policy does not let it vouch, or it did
/// neither.
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

/// Where policy lets the host's clock vouch, and it refutes the system clock: steps the clock by
/// what the host says, and reads back. A clock that has not heard the host yet is given six
/// seconds, for the host sends every five. Nothing in any other case.
HostCorrection correct_from_host(const HostClockWorld& world, const ClockPolicy& policy,
                                 bool may_step);

/// The machine, where `reason_not_to_step` tells of everybody else who has a say.
HostClockWorld live_host_clock(const Root& root, const ClockPolicy& policy, Instant floor,
                               std::function<std::string()> reason_not_to_step);

}  // namespace clockguard
