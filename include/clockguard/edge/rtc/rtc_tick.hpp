// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/edge/clock/rtc.hpp"

namespace clockguard {

/// The same, waiting for its next second to begin, 1.2 s at most (core/rtc_tick.hpp): by its update
/// interrupt and by looking every millisecond at once. The device is held meanwhile.
[[nodiscard]] Result<RtcReading> read_rtc_at_tick(const Root& root, const RtcDevice& rtc);

}  // namespace clockguard
