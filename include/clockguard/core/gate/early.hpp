// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/clock/boot_starts.hpp"
#include "clockguard/core/clock/time_sync.hpp"
#include "clockguard/core/gate/gate_record.hpp"

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

/// Keeps what a later look cannot see any more: what the clocks showed before they were set.
BootStarts keep_earlier(const BootStarts& earlier, BootStarts starts);

/// Keeps that an earlier look put the clock right, where the host still agrees.
std::optional<GateRecord> keep_earlier(const std::optional<GateRecord>& earlier,
                                       std::optional<GateRecord> gate);

}  // namespace clockguard
