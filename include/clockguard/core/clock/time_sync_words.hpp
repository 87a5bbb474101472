// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/base/finding.hpp"
#include "clockguard/core/clock/time_sync.hpp"

namespace clockguard {

/// "ptp_live", "ptp_no_sample", ...: the words of reports.
std::string to_text(TimeSync state);

/// The exact command that helps, here or "on the host", or nothing.
Advice advice_for(const TimeSyncView& view);

/// The state as a finding, with the exact command that helps.
Finding to_finding(const TimeSyncView& view);

/// "generation 2 (EFI), TimeSync IC 4.0, not Azure, 7 messages from the host"
std::string to_text(const HypervFacts& facts, const std::optional<HostCount>& count);

}  // namespace clockguard
