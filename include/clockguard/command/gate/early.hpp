// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "clockguard/command/base/context.hpp"
#include "clockguard/core/clock/readings.hpp"
#include "clockguard/core/report/boot_story.hpp"
#include "clockguard/core/report/rtc_report.hpp"
#include "clockguard/edge/clock/hyperv.hpp"

namespace clockguard {

/// What can be known of the clock before anybody has set it right.
struct EarlyView {
    std::vector<RtcSeen> rtcs{};
    std::string rtcs_error{};
    BootHistory history{};
    Floor floor{};
    HypervPresence hyperv{};
    HypervFacts facts{};
};

/// The line that `early` says.
std::string early_line(const EarlyView& view);

/// Looks at the hardware clock and the Hyper-V host's before anybody else does, and keeps it for
/// later reports. Where policy lets the host's clock vouch and it refutes the system clock, steps
/// the clock and sets the hardware clock; else nothing is set and nobody is waited for.
ExitCode run_early(const Context& context);

}  // namespace clockguard
