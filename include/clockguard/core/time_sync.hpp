// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "clockguard/core/finding.hpp"
#include "clockguard/core/observation.hpp"
#include "clockguard/core/ptp_offset.hpp"
#include "clockguard/core/time_sync_record.hpp"
#include "clockguard/core/trust.hpp"

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

/// The Time Synchronization device on the VMBus: /sys/bus/vmbus/devices/<guid>.
struct TimeSyncDevice {
    bool bound = false;                         // its driver link names hv_utils
    int channel_state = 0;                      // vmbus_channel_state: 3 is OPENED
    std::optional<std::uint64_t> interrupts{};  // messages from the host, where counted
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

/// "ptp:hyperv", "ptp:kvm" or "ptp:vmware" for what the drivers of hypervisors call their clock
/// (clock_name); nothing for any other. A network card has a PTP clock too: whoever set that one,
/// it was not the host.
std::string host_clock_name(std::string_view clock_name);

/// Another hypervisor's clock of the host, by two answers, a fifth of a second apart: live, or
/// failed.
TimeSyncView judge_host_clock(std::string clock, const Result<PtpReading>& first,
                              const Result<PtpReading>& second, Instant floor);

/// Whether policy lets this clock vouch alone.
bool may_vouch(const TimeSyncView& view, const ClockPolicy& policy);

/// What several clocks of the host come to: disputed where two contradict each other, else the
/// first live one, those before others that may vouch; else the first, which is Hyper-V's.
TimeSyncView settle(const std::vector<TimeSyncView>& views, const ClockPolicy& policy);

/// The same, once it is known how far the system clock is from network time.
TimeSyncView dispute(TimeSyncView view, const Offset& from_network);

/// The same, once it is known how many messages of the host there had been earlier in this boot: a
/// host that speaks every five seconds and was not heard for eleven has fallen silent, whatever the
/// PTP clock answers. That counts on by itself for ten minutes.
TimeSyncView note_silence(TimeSyncView view, const std::optional<HostCount>& earlier);

/// "ptp_live", "ptp_no_sample", ...: the words of reports.
std::string to_text(TimeSync state);

/// The exact command that helps, or nothing.
std::string advice_for(const TimeSyncView& view);

/// The state as a finding, with the exact command that helps.
Finding to_finding(const TimeSyncView& view);

/// "generation 2 (EFI), TimeSync IC 4.0, not Azure, 7 messages from the host"
std::string to_text(const HypervFacts& facts, const std::optional<HostCount>& count);

/// "Hyper-V host's clock", "KVM host's clock", "VMware host's clock"
std::string title_of(const TimeSyncView& view);

/// As early.json keeps it. The word of the clock is good for as long as nobody steps the clock:
/// `boot_instant` tells.
TimeSyncRecord to_record(const TimeSyncView& view, const HypervFacts& facts, Instant boot_instant);

/// What was recorded of a host's clock in this boot, as a statement about this moment: true as long
/// as the clock has not been stepped, and vaguer by the minute. Nothing where no clock was live
/// then. `boot_instant` is CLOCK_REALTIME - CLOCK_BOOTTIME of now.
std::optional<TimeSyncView> host_word_on_record(const RecordedTimeSync& early,
                                                Instant boot_instant);

/// A host's clock as a witness: of the host's class, like the RTC.
Witness host_witness(const TimeSyncView& view, const ClockPolicy& policy);

}  // namespace clockguard
