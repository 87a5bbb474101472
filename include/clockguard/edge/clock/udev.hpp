// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "clockguard/core/clock/ptp_offset.hpp"
#include "clockguard/core/clock/rtc.hpp"
#include "clockguard/core/clock/time_sync.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// The hardware clocks of this machine, through libudev; below another root, by the folders of its
/// /sys/class/rtc. The one that set the system clock comes first, then they come by number. None
/// is an answer, not an error.
[[nodiscard]] Result<std::vector<RtcDevice>> list_rtcs(const Root& root);

/// The PTP clocks of this machine, by number, through libudev or below another root by folder.
[[nodiscard]] Result<std::vector<PtpDevice>> list_ptps(const Root& root);

/// The Time Synchronization device that Hyper-V offers this machine, if any: found by its class on
/// the VMBus.
std::optional<TimeSyncDevice> find_time_sync_device();

}  // namespace clockguard
