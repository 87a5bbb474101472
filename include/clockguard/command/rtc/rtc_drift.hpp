// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/rtc/rtc_commands.hpp"

namespace clockguard {

/// How fast the first hardware clock runs, from readings at its tick.
Answer measure_drift(const RtcWorld& world, const RtcDriftOptions& options, const Context& context);

}  // namespace clockguard
