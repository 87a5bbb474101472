// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/time_sync_record.hpp"

#include <fmt/core.h>

#include "clockguard/core/clock/clock_moment.hpp"
#include "clockguard/core/clock/time_sync_words.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// The host sends a time every 5 s: two of them, and what a busy machine may be late by.
constexpr Span silent_after = 11s;

/// A count that fell belongs to a channel that was opened anew, and says nothing yet.
bool is_silent(const HostCount& earlier, const HostCount& now)
{
    return now.messages == earlier.messages && now.at - earlier.at >= silent_after;
}

}  // namespace

TimeSyncView note_silence(TimeSyncView view, const std::optional<HostCount>& earlier)
{
    if (!earlier || !view.count || !is_silent(*earlier, *view.count))
        return view;
    const std::string silence = fmt::format("the host has sent nothing for at least {}",
                                            to_text(view.count->at - earlier->at));
    if (view.state == TimeSync::BoundWithoutPtp)
        view.why += fmt::format("; {}", silence);
    if (view.state != TimeSync::Live && view.state != TimeSync::PtpWithoutSample)
        return view;
    view.state = TimeSync::PtpStale;
    view.why = silence;
    view.offset.reset();
    return view;
}

TimeSyncRecord to_record(const TimeSyncView& view, const HypervFacts& facts, Instant boot_instant)
{
    const bool hyperv = view.clock == hyperv_clock && is_hyperv(view.state);
    return {.state = to_text(view.state),
            .count = view.count,
            .ic_version = facts.ic_version,
            .generation = !hyperv               ? 0
                          : facts.booted_by_efi ? 2
                                                : 1,
            .azure = facts.azure,
            .clock = view.clock,
            .offset = view.offset,
            .boot_instant = boot_instant};
}

std::optional<TimeSyncView> host_word_on_record(const RecordedTimeSync& early, Instant boot_instant)
{
    const TimeSyncRecord& record = early.record;
    if (!record.offset || is_stepped(record.boot_instant, boot_instant))
        return std::nullopt;
    // An undisciplined clock of a guest runs off by some 10 ppm; 100 are not exceeded.
    return TimeSyncView{.clock = record.clock,
                        .state = TimeSync::Live,
                        .offset = Offset{.value = record.offset->value,
                                         .error = record.offset->error + abs(early.age) / 10'000}};
}

}  // namespace clockguard
