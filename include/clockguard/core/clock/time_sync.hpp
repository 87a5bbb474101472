// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/time.hpp"
#include "clockguard/core/clock/ptp_offset.hpp"

namespace clockguard {

/// How Hyper-V's time synchronisation stands in this guest, from cheap evidence to certain.
enum class TimeSync {
    NotHyperv,         // another hypervisor, or none
    Enlightened,       // KVM that imitates Hyper-V's CPUID, for the sake of Windows
    NoVmbus,           // Hyper-V, but the bus driver is not loaded
    NoDevice,          // the host does not offer the Time Synchronization service
    Unbound,           // offered, but no driver took it
    Opening,           // the driver is at it; passes in less than a second
    BoundWithoutPtp,   // no PTP clock; the host can still step the guest
    PtpWithoutSample,  // a PTP clock that has not heard the host yet: shows the year 2185
    PtpStale,          // the host has stopped sending
    Live,              // the host's time is known
    Disputed,          // known, and contradicted by the network
    Failed,            // the clock could not be read, for a reason that is not absence
};

/// Whether it is Hyper-V's guest at all.
inline bool is_hyperv(TimeSync state)
{
    return state != TimeSync::NotHyperv && state != TimeSync::Enlightened;
}

/// The Time Synchronization device on the VMBus: /sys/bus/vmbus/devices/<guid>.
struct TimeSyncDevice {
    bool bound = false;                         // its driver link names hv_utils
    int channel_state = 0;                      // vmbus_channel_state: 3 is OPENED
    std::optional<std::uint64_t> interrupts{};  // messages from the host, where counted
};

/// How many messages the host had sent over its time synchronisation channel, and when: sysfs
/// channels/<relid>/interrupts (Documentation/ABI/stable/sysfs-bus-vmbus).
struct HostCount {
    std::uint64_t messages = 0;
    Uptime at{};
};

/// Everything that was looked at, at one moment.
struct TimeSyncEvidence {
    bool hypervisor_is_microsoft = false;  // CPUID 0x40000000 says "Microsoft Hv"
    bool machine_is_microsoft = false;     // DMI: Microsoft Corporation, Virtual Machine
    bool has_vmbus = false;
    std::optional<TimeSyncDevice> device{};
    bool has_ptp = false;  // a PTP clock with clock_name "hyperv"
    Result<PtpReading> reading = fail("not read");
    Uptime at{};
};

/// Two answers of a PTP clock, a fifth of a second apart; where the first is none, it twice.
struct HostClockLooks {
    std::string clock{};  // "ptp:kvm"
    Result<PtpReading> first = fail("not read");
    Result<PtpReading> second = fail("not read");
};

/// All that was seen of the clocks of the host that this guest has.
struct HostLooks {
    TimeSyncEvidence first{};
    TimeSyncEvidence second{};
    std::vector<HostClockLooks> others{};  // of other hypervisors
};

/// Hyper-V's clock of the host among the witnesses; those of other hypervisors have names like it.
inline constexpr std::string_view hyperv_clock = "ptp:hyperv";

/// What two looks, a fifth of a second apart, come to.
struct TimeSyncView {
    std::string clock{hyperv_clock};
    TimeSync state = TimeSync::NotHyperv;
    std::optional<Offset> offset{};  // system clock minus host clock; only where it may be believed
    std::string why{};               // the evidence that decided, in a sentence
    std::error_code code{};          // of a clock that could not be read
    std::optional<HostCount> count{};
};

/// What never changes while the guest runs, for people who have to find out why.
struct HypervFacts {
    bool booted_by_efi = false;  // a guest of generation 2 has /sys/firmware/efi
    bool azure = false;
    std::string ic_version{};  // "4.0", of the kernel's line "TimeSync IC version"
};

/// Judges by the table of hyperv-notes/state-table.md: each state has its own proof, and an answer
/// of the PTP clock is believed only when it lies between `floor` and fifty years later, and two
/// answers agree. The phantom of a clock that has heard nothing, 2185-07-21T23:34:33Z plus the age
/// of the virtual machine, is no such answer.
TimeSyncView judge_time_sync(const TimeSyncEvidence& first, const TimeSyncEvidence& second,
                             Instant floor);

/// Another hypervisor's clock of the host, by two answers, a fifth of a second apart: live, or
/// failed.
TimeSyncView judge_host_clock(std::string clock, const Result<PtpReading>& first,
                              const Result<PtpReading>& second, Instant floor);

/// Whether a second look may tell more than the first.
bool may_tell_more(const TimeSyncEvidence& first);

/// Every clock of the host: first how Hyper-V's stands, whether there is one or not.
std::vector<TimeSyncView> judge_hosts(const HostLooks& seen, Instant floor);

/// A live clock that contradicts network time is disputed. `from_network`: the system clock's
/// offset.
TimeSyncView compare_with_network(TimeSyncView view, const Offset& from_network);

}  // namespace clockguard
