// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/boot_drift.hpp"

#include <algorithm>

namespace clockguard {
namespace {

/// Whether the clock ran by itself from the start of `earlier` to that of `later`.
bool ran_freely(const BootRecord& earlier, const BootRecord& later)
{
    return earlier.starts.rtc_left_alone && earlier.number != 0 &&
           later.number == earlier.number + 1;
}

}  // namespace

std::vector<DriftPoint> drift_points(const std::vector<BootRecord>& newest_first)
{
    std::vector<DriftPoint> points;
    const BootRecord* later = nullptr;
    for (const BootRecord& boot : newest_first) {
        const auto ahead = ahead_of(boot.starts.rtc, boot.starts.network);
        if (!ahead || (later != nullptr && !ran_freely(boot, *later)))
            break;
        points.push_back({.at = boot.starts.network->at, .ahead = *ahead});
        later = &boot;
    }
    std::ranges::reverse(points);
    return points;
}

}  // namespace clockguard
