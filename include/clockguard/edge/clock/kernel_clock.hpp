// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "clockguard/core/clock/kernel_news.hpp"
#include "clockguard/core/clock/readings.hpp"

namespace clockguard {

/// The kernel's NTP state. A low error bound is read twice, 50 ms apart, and the larger one
/// returned: chronyd 4 writes a bound of 0 for some microseconds when it starts. A clock stepped in
/// between is an error, for then neither reading says anything.
[[nodiscard]] Result<KernelClock> read_kernel_clock();

/// The same as it is at this moment, read once.
[[nodiscard]] Result<KernelClock> glance_at_kernel_clock();

/// Notices that an NTP client wrote the kernel's state: one system call a look, and no question to
/// anybody. Where the state cannot be read there are no news.
class KernelWatch {
public:
    KernelWatch();

    /// Whether it was written since the last look.
    bool look();

private:
    std::optional<KernelState> last_{};
};

}  // namespace clockguard
