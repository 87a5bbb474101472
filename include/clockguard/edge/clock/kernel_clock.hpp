// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/clock/readings.hpp"

namespace clockguard {

/// The kernel's NTP state. A low error bound is read twice, 50 ms apart, and the larger one
/// returned: chronyd 4 writes a bound of 0 for some microseconds when it starts. A clock stepped in
/// between is an error, for then neither reading says anything.
[[nodiscard]] Result<KernelClock> read_kernel_clock();

}  // namespace clockguard
