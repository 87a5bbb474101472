// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace clockguard {

/// What an NTP client writes into the kernel (adjtimex(2)), in the kernel's own units.
struct KernelState {
    long frequency = 0;
    long tick = 0;
    long max_error_us = 0;
    int status = 0;
};

/// Whether a program wrote it between two looks, a few seconds apart at the most: chronyd does so
/// at each of its updates. The kernel itself adds 500 us a second to the error bound
/// (second_overflow() of kernel/time/ntp.c), and calls a clock lost at 16 s.
bool was_written(const KernelState& before, const KernelState& now);

}  // namespace clockguard
