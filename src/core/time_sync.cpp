// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/time_sync.hpp"

#include <fmt/format.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr int channel_opened = 3;  // enum vmbus_channel_state, drivers/hv/hyperv_vmbus.h
constexpr int estale = 116;        // ESTALE on every architecture that Hyper-V has

/// Negotiation, then the first message with a time.
constexpr std::uint64_t interrupts_of_a_sample = 2;

/// Two answers of a healthy clock, a fifth of a second apart, differ by microseconds.
constexpr Span agreement = 100ms;

/// The host sends every 5 s and the guest counts on by itself; some 100 ppm of it are lost.
constexpr Span age_of_a_sample = 1ms;

constexpr std::chrono::years plausible_years{50};

/// KVM can imitate Hyper-V's CPUID, but neither its firmware's names nor its bus. The name "hyperv"
/// is given to a PTP clock by hv_utils alone.
bool is_hyperv(const TimeSyncEvidence& seen)
{
    return seen.has_ptp ||
           (seen.hypervisor_is_microsoft && (seen.machine_is_microsoft || seen.has_vmbus));
}

TimeSyncView because(TimeSync state, std::string why)
{
    return {.state = state, .why = std::move(why)};
}

TimeSyncView without_ptp(const TimeSyncEvidence& seen)
{
    if (!is_hyperv(seen))
        return because(TimeSync::NotHyperv, "this machine does not run on Hyper-V");
    if (!seen.has_vmbus)
        return because(TimeSync::NoVmbus, "Hyper-V, but /sys/bus/vmbus is missing");
    if (!seen.device)
        return because(TimeSync::NoDevice, "the host offers no Time Synchronization device");
    if (!seen.device->bound)
        return because(TimeSync::Unbound, "no driver has taken the Time Synchronization device");
    if (seen.device->channel_state != channel_opened)
        return because(TimeSync::Opening, fmt::format("the channel to the host is in state {}",
                                                      seen.device->channel_state));
    return because(TimeSync::BoundWithoutPtp, "hv_utils runs, but registered no PTP clock");
}

bool has_heard_nothing(const TimeSyncEvidence& seen)
{
    return seen.device && seen.device->interrupts &&
           *seen.device->interrupts < interrupts_of_a_sample;
}

TimeSyncView unreadable(const TimeSyncEvidence& seen)
{
    const Error& error = seen.reading.error();
    if (error.code.value() != estale)
        return because(TimeSync::Failed, to_text(error));
    if (has_heard_nothing(seen))
        return because(TimeSync::PtpWithoutSample, "the host has not sent a time yet");
    return because(TimeSync::PtpStale, "the host has sent no time for more than ten minutes");
}

/// A sound answer's offset, or why it is none.
Result<Offset> believable(const PtpReading& reading, Instant floor)
{
    const auto shows = device_time(reading);
    if (!shows)
        return fail("the clock shows no time at all");
    if (*shows < floor || *shows > floor + plausible_years)
        return fail(fmt::format("the clock shows {}", to_text(*shows)));
    return tightest_offset(reading);
}

TimeSyncView agreed(const Offset& first, const Offset& second)
{
    if (abs(first.value - second.value) > agreement)
        return because(TimeSync::Failed, fmt::format("two readings differ by {}",
                                                     to_text(abs(first.value - second.value))));
    const Offset offset{.value = second.value, .error = second.error + age_of_a_sample};
    return {.state = TimeSync::Live,
            .offset = offset,
            .why = fmt::format("system clock is {} of the host", to_text(offset))};
}

}  // namespace

TimeSyncView judge_time_sync(const TimeSyncEvidence& first, const TimeSyncEvidence& second,
                             Instant floor)
{
    if (!second.has_ptp)
        return without_ptp(second);
    if (!second.reading)
        return unreadable(second);
    const auto later = believable(*second.reading, floor);
    if (!later)
        return because(TimeSync::PtpWithoutSample,
                       fmt::format("{}: it has not heard the host yet", later.error().what));
    if (!first.reading)
        return because(TimeSync::Opening, "one reading so far");
    const auto earlier = believable(*first.reading, floor);
    if (!earlier)
        return because(TimeSync::Opening, "one believable reading so far");
    return agreed(*earlier, *later);
}

TimeSyncView dispute(TimeSyncView view, const Offset& from_network)
{
    if (view.state != TimeSync::Live || !view.offset)
        return view;
    // Both offsets are the system clock's, so their difference is how far the host is from the net.
    const Offset between{.value = from_network.value - view.offset->value,
                         .error = from_network.error + view.offset->error};
    if (weigh(between, 1s) == Testimony::Contradicts) {
        view.state = TimeSync::Disputed;
        view.why = fmt::format("the host is {} of network time", to_text(between));
    }
    return view;
}

std::string to_text(TimeSync state)
{
    switch (state) {
    case TimeSync::NotHyperv:
        return "not_hyperv";
    case TimeSync::NoVmbus:
        return "hyperv_no_vmbus";
    case TimeSync::NoDevice:
        return "no_timesync_device";
    case TimeSync::Unbound:
        return "unbound";
    case TimeSync::Opening:
        return "opening";
    case TimeSync::BoundWithoutPtp:
        return "bound_no_ptp";
    case TimeSync::PtpWithoutSample:
        return "ptp_no_sample";
    case TimeSync::PtpStale:
        return "ptp_stale";
    case TimeSync::Live:
        return "ptp_live";
    case TimeSync::Disputed:
        return "ptp_live_disputed";
    case TimeSync::Failed:
        return "error";
    }
    return {};
}

namespace {

std::string advice_for(TimeSync state)
{
    switch (state) {
    case TimeSync::NoVmbus:
        return "modprobe hv_vmbus";
    case TimeSync::NoDevice:
        return "on the host: Enable-VMIntegrationService -VMName NAME -Name 'Time Synchronization'";
    case TimeSync::Unbound:
        return "modprobe hv_utils (and see that it is not blacklisted)";
    case TimeSync::BoundWithoutPtp:
        return "journalctl -k -g 'PTP clock' tells why; the host can still step this clock";
    case TimeSync::PtpStale:
        return "on the host: Get-VMIntegrationService -VMName NAME -Name 'Time Synchronization'";
    case TimeSync::Disputed:
        return "on the host: w32tm /query /status /verbose";
    case TimeSync::NotHyperv:
    case TimeSync::Opening:
    case TimeSync::PtpWithoutSample:
    case TimeSync::Live:
    case TimeSync::Failed:
        break;
    }
    return {};
}

Severity severity_of(TimeSync state)
{
    switch (state) {
    case TimeSync::Live:
        return Severity::Ok;
    case TimeSync::NotHyperv:
    case TimeSync::Opening:
    case TimeSync::PtpWithoutSample:
        return Severity::Note;
    case TimeSync::NoVmbus:
    case TimeSync::NoDevice:
    case TimeSync::Unbound:
    case TimeSync::BoundWithoutPtp:
    case TimeSync::PtpStale:
    case TimeSync::Disputed:
    case TimeSync::Failed:
        break;
    }
    return Severity::Warning;
}

}  // namespace

Finding to_finding(const TimeSyncView& view)
{
    const Severity severity = severity_of(view.state);
    const bool disputed = view.state == TimeSync::Disputed;
    return {.code = severity < Severity::Warning ? ""
                    : disputed                   ? "CG311"
                                                 : "CG310",
            .severity = severity,
            .subject = "hyper-v",
            .message = view.why,
            .advice = advice_for(view.state)};
}

std::optional<Offset> host_word_on_record(const Result<Report>& early, const std::string& boot_id,
                                          Instant boot_instant, Uptime now)
{
    if (!early || !early->gate || boot_id.empty() || early->host.boot_id != boot_id)
        return std::nullopt;
    const GateRecord& record = *early->gate;
    if (record.outcome != GateOutcome::HostAgrees && record.outcome != GateOutcome::RtcCorrected)
        return std::nullopt;
    constexpr Span scatter = 5ms;  // of reading two clocks one after the other
    if (abs(boot_instant - record.boot_instant) > scatter)
        return std::nullopt;
    // An undisciplined clock of a guest runs off by some 10 ppm; 100 are not exceeded.
    const Span age = now.time_since_epoch() - early->run.uptime;
    return Offset{.error = record.bound + abs(age) / 10'000};
}

Witness host_witness(const TimeSyncView& view, const ClockPolicy& policy)
{
    Witness witness{.name = "ptp:hyperv", .source = WitnessClass::Host};
    witness.standing = policy.host_may_vouch ? Standing::MayVouch : Standing::HeardOnly;
    if (view.offset)
        witness.offset = *view.offset;
    else
        witness.offset = fail(fmt::format("{} ({})", view.why, to_text(view.state)));
    return witness;
}

}  // namespace clockguard
