// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// A PTP clock device as sysfs lists it (Documentation/ABI/testing/sysfs-ptp).
struct PtpDevice {
    std::string node{};        // "/dev/ptp0"
    std::string clock_name{};  // "hyperv", "KVM virtual PTP"
};

/// One comparison of PTP_SYS_OFFSET (linux/ptp_clock.h): the device's clock (PHC), read between two
/// readings of the system clock. All since 1970, in UTC.
struct PtpSample {
    std::int64_t before_ns = 0;
    std::int64_t device_ns = 0;
    std::int64_t after_ns = 0;
};

/// One answer of PTP_SYS_OFFSET.
struct PtpReading {
    std::vector<PtpSample> samples{};
    Instant taken_at{};
};

/// System clock minus PHC by the tightest sample: the one read in the shortest time bounds the
/// error best. The error is half its window, rounded up to microseconds.
[[nodiscard]] Result<Offset> tightest_offset(const PtpReading& reading);

/// What the device showed in its first sample.
[[nodiscard]] Result<Instant> device_time(const PtpReading& reading);

}  // namespace clockguard
