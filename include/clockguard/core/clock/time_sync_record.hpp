// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/clock/time_sync.hpp"

namespace clockguard {

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

/// The same, once it is known how many messages of the host there had been earlier in this boot: a
/// host that speaks every five seconds and was not heard for eleven has fallen silent, whatever the
/// PTP clock answers. That counts on by itself for ten minutes.
TimeSyncView note_silence(TimeSyncView view, const std::optional<HostCount>& earlier);

/// As early.json keeps it. The word of the clock is good for as long as nobody steps the clock:
/// `boot_instant` tells.
TimeSyncRecord to_record(const TimeSyncView& view, const HypervFacts& facts, Instant boot_instant);

/// What was recorded of a host's clock in this boot, as a statement about this moment: true as long
/// as the clock has not been stepped, and vaguer by the minute. Nothing where no clock was live
/// then. `boot_instant` is CLOCK_REALTIME - CLOCK_BOOTTIME of now.
std::optional<TimeSyncView> host_word_on_record(const RecordedTimeSync& early,
                                                Instant boot_instant);

}  // namespace clockguard
