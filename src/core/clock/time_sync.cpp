// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/time_sync.hpp"
#include "clockguard/core/clock/host_dispute.hpp"
#include "clockguard/core/clock/time_sync_words.hpp"

#include <fmt/core.h>

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

/// KVM can imitate Hyper-V's CPUID, but neither its firmware's names nor its bus.
bool is_hyperv(const TimeSyncEvidence& seen)
{
    return seen.hypervisor_is_microsoft && (seen.machine_is_microsoft || seen.has_vmbus);
}

TimeSyncView because(TimeSync state, std::string why)
{
    return {.state = state, .why = std::move(why)};
}

TimeSyncView without_ptp(const TimeSyncEvidence& seen)
{
    if (!seen.hypervisor_is_microsoft)
        return because(TimeSync::NotHyperv, "this machine does not run on Hyper-V");
    if (!is_hyperv(seen))
        return because(TimeSync::Enlightened,
                       "KVM with Hyper-V's enlightenments, which have no time synchronisation");
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

TimeSyncView failed(const Error& error)
{
    return {.state = TimeSync::Failed, .why = to_text(error), .code = error.code};
}

TimeSyncView unreadable(const TimeSyncEvidence& seen)
{
    const Error& error = seen.reading.error();
    if (error.code.value() != estale)
        return failed(error);
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

TimeSyncView judge_state(const TimeSyncEvidence& first, const TimeSyncEvidence& second,
                         Instant floor)
{
    // The name "hyperv" is given to a PTP clock by hv_utils alone.
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

}  // namespace

TimeSyncView judge_time_sync(const TimeSyncEvidence& first, const TimeSyncEvidence& second,
                             Instant floor)
{
    TimeSyncView view = judge_state(first, second, floor);
    if (second.device && second.device->interrupts)
        view.count = HostCount{.messages = *second.device->interrupts, .at = second.at};
    return view;
}

TimeSyncView judge_host_clock(std::string clock, const Result<PtpReading>& first,
                              const Result<PtpReading>& second, Instant floor)
{
    const auto told = [&](const Result<PtpReading>& reading) {
        return reading ? believable(*reading, floor) : fail(reading.error());
    };
    const Result<Offset> earlier = told(first);
    const Result<Offset> later = told(second);
    TimeSyncView view = !earlier ? failed(earlier.error())
                        : !later ? failed(later.error())
                                 : agreed(*earlier, *later);
    view.clock = std::move(clock);
    return view;
}

bool may_tell_more(const TimeSyncEvidence& first)
{
    return first.has_ptp && (first.reading || first.reading.error().code.value() == estale);
}

std::vector<TimeSyncView> judge_hosts(const HostLooks& seen, Instant floor)
{
    std::vector<TimeSyncView> views{judge_time_sync(seen.first, seen.second, floor)};
    for (const auto& [clock, first, second] : seen.others)
        views.push_back(judge_host_clock(clock, first, second, floor));
    return views;
}

TimeSyncView compare_with_network(TimeSyncView view, const Offset& from_network)
{
    if (view.state != TimeSync::Live || !view.offset)
        return view;
    // Both offsets are the system clock's, so their difference is how far the host is from the net.
    const Offset apart = between(*view.offset, from_network);
    if (weigh(apart, 1s) == Testimony::Contradicts) {
        view.state = TimeSync::Disputed;
        view.why = fmt::format("the host is {} of network time", to_text(apart));
    }
    return view;
}

}  // namespace clockguard
