// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "clockguard/core/time.hpp"

namespace clockguard {

/// How many messages the host had sent over its time synchronisation channel, and when: sysfs
/// channels/<relid>/interrupts (Documentation/ABI/stable/sysfs-bus-vmbus).
struct HostCount {
    std::uint64_t messages = 0;
    Uptime at{};
};

/// How Hyper-V's time synchronisation stood, and what the host's clock said, in early.json: for
/// those that may not open the device.
struct TimeSyncRecord {
    std::string state{};  // "ptp_live", "no_timesync_device"
    std::optional<HostCount> count{};
    std::string ic_version{};  // "4.0"
    int generation = 0;        // of the virtual machine; 0: not Hyper-V's
    bool azure = false;
    std::string clock{};             // "ptp:hyperv", "ptp:kvm"
    std::optional<Offset> offset{};  // system clock minus that clock; of a live one only
    Instant boot_instant{};          // CLOCK_REALTIME - CLOCK_BOOTTIME at that time
};

/// A record of this boot, and how long ago it was written.
struct RecordedTimeSync {
    TimeSyncRecord record{};
    Span age{};
};

}  // namespace clockguard
