// SPDX-License-Identifier: Apache-2.0
// What is seen of the clock of a Hyper-V host, and of a healthy guest of one.
#pragma once

#include "clockguard/core/clock/time_sync.hpp"

namespace clockguard {

using namespace std::chrono_literals;
using std::chrono::days;

inline constexpr std::int64_t second_ns = 1'000'000'000;

inline constexpr std::int64_t now_ns = 1'789'000'000 * second_ns;

inline const Instant floor_time{1'788'000'000s};

/// The clock of the host, so far ahead of the system clock.
inline PtpReading reading(std::chrono::seconds ahead)
{
    return {.samples = {{now_ns, now_ns + ahead.count() * second_ns, now_ns + 20'000}}};
}

inline Error errno_of(int number)
{
    return {.what = "cannot read PTP clock '/dev/ptp0' (PTP_SYS_OFFSET)",
            .code = {number, std::generic_category()}};
}

/// A healthy guest on Hyper-V; each test breaks one thing.
inline TimeSyncEvidence healthy_guest()
{
    return {.hypervisor_is_microsoft = true,
            .machine_is_microsoft = true,
            .has_vmbus = true,
            .device = TimeSyncDevice{.bound = true, .channel_state = 3, .interrupts = 7},
            .has_ptp = true,
            .reading = reading(0s)};
}

inline TimeSyncEvidence guest_without_ptp()
{
    TimeSyncEvidence seen = healthy_guest();
    seen.has_ptp = false;
    seen.reading = fail("not read");
    return seen;
}

inline TimeSyncView judged(const TimeSyncEvidence& seen)
{
    return judge_time_sync(seen, seen, floor_time);
}

inline HostCount counted(std::uint64_t messages, Span at)
{
    return {.messages = messages, .at = Uptime{at}};
}

}  // namespace clockguard
