// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/gate/gate.hpp"

namespace clockguard {

/// How the boot wait stands, in state.json.
struct GateRecord {
    GateOutcome outcome = GateOutcome::Waiting;
    Span waited{};
    Span limit{};  // `forever`: none
    OnTimeout on_timeout = OnTimeout::Release;
    std::string reason{};
    /// CLOCK_REALTIME - CLOCK_BOOTTIME when the verdict was reached: as long as it stands, nobody
    /// stepped the clock, and the verdict holds.
    Instant boot_instant{};
    /// What else tells later how the clock has moved since: see ClockMoment.
    std::optional<Instant> raw_instant{};
    std::optional<Span> rtc_ahead{};
    /// `boot_instant` when the gate began: the difference is how wrong the clock booted.
    Instant began_boot_instant{};
};

}  // namespace clockguard
