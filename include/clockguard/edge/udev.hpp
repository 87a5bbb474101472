// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "clockguard/core/rtc.hpp"
#include "clockguard/edge/root.hpp"

namespace clockguard {

/// The hardware clocks of this machine, through libudev; below another root, by the folders of its
/// /sys/class/rtc. The one that set the system clock comes first, then they come by number. None
/// is an answer, not an error.
[[nodiscard]] Result<std::vector<RtcDevice>> list_rtcs(const Root& root);

}  // namespace clockguard
