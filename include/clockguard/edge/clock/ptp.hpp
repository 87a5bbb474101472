// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/clock/ptp_offset.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// Nine comparisons of a PTP clock with the system clock (PTP_SYS_OFFSET, linux/ptp_clock.h): the
/// one request that every clock of a host answers. ESTALE from Hyper-V's means that the host has
/// been silent for ten minutes.
[[nodiscard]] Result<PtpReading> read_ptp(const Root& root, const PtpDevice& clock);

}  // namespace clockguard
