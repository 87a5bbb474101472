// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/gate/boot_record.hpp"
#include "clockguard/core/rtc/drift.hpp"

namespace clockguard {

/// The hardware clock against network time at the start of each boot, oldest first: of the newest
/// boots on record between which nobody set it. Only a boot that left it alone says something of
/// the next one, and only where no boot is missing in between.
std::vector<DriftPoint> drift_points(const std::vector<BootRecord>& newest_first);

}  // namespace clockguard
