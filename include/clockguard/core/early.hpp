// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/gate.hpp"
#include "clockguard/core/report.hpp"
#include "clockguard/core/time_sync.hpp"

namespace clockguard {

/// What has happened in this boot before an early look. A device that comes late brings another
/// one, and by then others may keep the clock.
struct EarlierInBoot {
    std::optional<TimeSyncView> host{};  // heard by an earlier look; nobody stepped the clock since
    std::optional<GateOutcome> gate{};
};

/// Why there is nothing left to look at; empty: there is.
std::string reason_not_to_look(const EarlierInBoot& earlier);

/// Why the system clock is left alone, whatever a host's clock says; empty: it is not. Nobody steps
/// a clock below MicroK8s, nor from under a program that keeps it.
std::string reason_not_to_step(const EarlierInBoot& earlier, const TimeKeepers& keepers);

/// Takes over what a later look cannot see any more: what the clocks showed before anybody set
/// them, and that the clock was put right.
void keep_earlier(const Report& earlier, Report& report);

}  // namespace clockguard
