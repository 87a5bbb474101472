// SPDX-License-Identifier: Apache-2.0
// What made the clock wrong at the start of a boot: a function for each cause, with its reason and
// numbers.
#include "clockguard/core/report/cause.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/clock/time_sync_words.hpp"
#include "clockguard/core/report/boot_story.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// Two whole-second clocks of one boot scatter by less; what matters here is minutes and more.
constexpr Span same_clock = 5s;

/// What is the boot's own correction is done by then; a later step has another reason.
constexpr Span boot_is_over = 10min;

/// The host keeps a guest's RTC as a distance from its own clock, of which it allows two days back
/// (hyperv-notes/stored-skew.md).
constexpr Span farthest_back = std::chrono::days{-2};

bool differs(const Offset& offset)
{
    return abs(offset.value) > same_clock + offset.error;
}

bool differs(const std::optional<Offset>& offset)
{
    return offset && differs(*offset);
}

std::string words_for(const std::optional<Offset>& ahead)
{
    if (!ahead)
        return "not available";
    return differs(*ahead) ? to_hms_text(*ahead) : "right";
}

std::string boot_words(const Offset& rtc_ahead)
{
    return fmt::format("the hardware clock was {} at boot", to_hms_text(rtc_ahead));
}

std::string host_words(const Offset& host_ahead)
{
    return differs(host_ahead) ? fmt::format("the Hyper-V host's is {}", to_hms_text(host_ahead))
                               : "the Hyper-V host's is right";
}

Cause undetermined(std::string why)
{
    return {.why = "unknown: " + std::move(why)};
}

/// The largest forward step from one moment of the boot on.
Span forward_step(const std::vector<ClockEvent>& events, Span from, Span until = Span::max())
{
    Span largest{};
    for (const ClockEvent& event : events)
        if (is_step(event) && event.since_boot >= from && event.since_boot < until)
            largest = std::max(largest, event.amount);
    return largest;
}

/// Whether two spans are one, as far as steps are told.
bool is_same_step(Span one, Span other)
{
    return abs(one - other) < harmful;
}

/// By how much the guest stood still after its boot: the time since boot did not count meanwhile,
/// so the network's start has moved; or, where its word of the boot is not on record, the RTC's
/// seems to lie behind by what the clock was stepped forward later.
Span stood_still(const CauseEvidence& seen, const Offset& rtc_ahead)
{
    const auto moved = ahead_of(seen.network_now, seen.starts.network);
    const Span still = differs(rtc_ahead) ? -rtc_ahead.value : moved ? moved->value : Span{};
    const Span from = differs(rtc_ahead) ? boot_is_over : Span{};
    const bool stepped = is_same_step(forward_step(seen.events, from), still);
    return still >= harmful && stepped ? still : Span{};
}

std::optional<Cause> saved_state(const CauseEvidence& seen, const Offset& rtc_ahead)
{
    const Span still = stood_still(seen, rtc_ahead);
    if (still == Span{0})
        return std::nullopt;
    return Cause{.kind = CauseKind::SavedState,
                 .why = fmt::format("the guest was paused for {} after it had booted, and its "
                                    "clock was stepped forward when it went on",
                                    to_hms_text(abs(still))),
                 .still = still};
}

const Ratchet* farthest(const CauseEvidence& seen)
{
    const auto latest = std::ranges::max_element(seen.ratchets, {}, &Ratchet::dated);
    return latest == seen.ratchets.end() ? nullptr : &*latest;
}

/// A clock that was right when the kernel took it, and was then moved forward: by the host where
/// its clock is that far ahead, else by the guest itself.
Cause right_rtc(const CauseEvidence& seen)
{
    const Span moved = forward_step(seen.events, Span{}, boot_is_over);
    if (moved < harmful)
        return {.kind = CauseKind::RightStart,
                .why = fmt::format("the hardware clock was right at boot{}",
                                   seen.zone == RtcZone::Local
                                       ? ", and kept local time, as /etc/adjtime says"
                                       : "")};
    const auto host_ahead = ahead_of(seen.starts.host, seen.starts.network);
    if (host_ahead && is_same_step(host_ahead->value, moved))
        return {.kind = CauseKind::HostWrong,
                .why = fmt::format("the hardware clock was right at boot, and {}: it stepped the "
                                   "guest",
                                   host_words(*host_ahead))};
    const bool host_may_have = seen.on_hyperv && !host_ahead;
    return {.kind = CauseKind::Ratchet,
            .why = fmt::format("the hardware clock was right at boot, and this guest moved its "
                               "clock {} forward itself{}",
                               to_hms_text(abs(moved)),
                               host_may_have ? ", or its host did, whose clock was not available"
                                             : "")};
}

std::optional<Cause> local_time(const CauseEvidence& seen, const Offset& rtc_ahead)
{
    const auto shift = local_time_shift(rtc_ahead);
    if (!shift)
        return std::nullopt;
    if (seen.zone == RtcZone::Local)
        return Cause{.kind = CauseKind::RightStart,
                     .why = fmt::format("the hardware clock kept local time ({}), as /etc/adjtime "
                                        "says",
                                        zone_text(*shift))};
    return Cause{
        .kind = CauseKind::LocalTime,
        .why = fmt::format("{}, as local time ({}) is", boot_words(rtc_ahead), zone_text(*shift))};
}

Cause stored_skew(const CauseEvidence& seen, const Offset& rtc_ahead, const Offset& host_ahead)
{
    return {.kind = CauseKind::StoredSkew,
            .why = fmt::format("{}, {}: the host stores the hardware clock as an offset from its "
                               "own clock{}",
                               boot_words(rtc_ahead), host_words(host_ahead),
                               seen.first_on_record ? "; a clone or an import looks the same (this "
                                                      "is the first boot on record)"
                                                    : "")};
}

Cause host_wrong(const Offset& rtc_ahead, const Offset& host_ahead)
{
    return {.kind = CauseKind::HostWrong,
            .why = fmt::format("{}, and {}: the guest starts as its host does",
                               boot_words(rtc_ahead), host_words(host_ahead))};
}

Cause host_clamps(const Offset& rtc_ahead, const Offset& host_ahead)
{
    return {
        .kind = CauseKind::HostClamps,
        .why = fmt::format("{}, exactly two days less than the Hyper-V host's {}: the host applies "
                           "no more of what was written here",
                           boot_words(rtc_ahead), to_hms_text(abs(host_ahead.value)))};
}

Cause wrong_rtc(const CauseEvidence& seen, const Offset& rtc_ahead)
{
    const auto host_ahead = ahead_of(seen.starts.host, seen.starts.network);
    const auto from_host = ahead_of(seen.starts.rtc, seen.starts.host);
    if (!host_ahead)
        return undetermined(fmt::format(
            "{}, and {}", boot_words(rtc_ahead),
            seen.on_hyperv ? "the Hyper-V host's clock was not available: either may be wrong"
                           : "there is no Hyper-V host's clock to compare it with"));
    if (!differs(*host_ahead))
        return stored_skew(seen, rtc_ahead, *host_ahead);
    if (!differs(*from_host))
        return host_wrong(rtc_ahead, *host_ahead);
    if (!differs(Offset{.value = from_host->value - farthest_back, .error = from_host->error}))
        return host_clamps(rtc_ahead, *host_ahead);
    return undetermined(fmt::format("{}, and {}: both are wrong, by different amounts",
                                    boot_words(rtc_ahead), host_words(*host_ahead)));
}

Cause without_network(const BootStarts& starts)
{
    const auto from_host = ahead_of(starts.rtc, starts.host);
    if (!differs(from_host))
        return undetermined("network time was not available");
    return undetermined(
        fmt::format("network time was not available; the hardware clock was {} of the "
                    "Hyper-V host's, and either may be wrong",
                    to_hms_text(*from_host)));
}

/// What the RTC will show at the next start, ahead of true time: the host's clock, and the distance
/// it keeps.
NextBoot next_rtc(const CauseEvidence& seen)
{
    NextBoot next{.known = true, .ahead = seen.rtc_now->value};
    const auto host = ahead_of(seen.starts.host, seen.network_now);
    const bool host_is_wrong = differs(host);
    if (host_is_wrong && next.ahead - host->value < farthest_back - same_clock) {
        next.ahead = host->value + farthest_back;
        next.by = CauseKind::HostClamps;
        next.words = fmt::format("the Hyper-V host's clock is {} and applies at most two days of "
                                 "what is written here",
                                 to_hms_text(*host));
    } else if (differs(*seen.rtc_now)) {
        next.by = CauseKind::StoredSkew;
        next.words = "that is what the hardware clock shows now";
    }
    return next;
}

Cause judge_starts(const CauseEvidence& seen)
{
    if (!seen.starts.network)
        return without_network(seen.starts);
    const auto rtc_ahead = ahead_of(seen.starts.rtc, seen.starts.network);
    if (!rtc_ahead)
        return undetermined("what the hardware clock showed at boot is not on record");
    if (const auto still = saved_state(seen, *rtc_ahead))
        return *still;
    if (!differs(*rtc_ahead))
        return right_rtc(seen);
    const auto from_host = ahead_of(seen.starts.rtc, seen.starts.host);
    const auto local = local_time(seen, *rtc_ahead);
    const bool follows_host = from_host && !differs(*from_host);
    return local && !follows_host ? *local : wrong_rtc(seen, *rtc_ahead);
}

}  // namespace

Cause find_cause(const CauseEvidence& seen)
{
    Cause cause = judge_starts(seen);
    const bool was_wrong =
        seen.on_hyperv && differs(ahead_of(seen.starts.rtc, seen.starts.network));
    if (cause.kind != CauseKind::Undetermined || was_wrong)
        cause.code = code_of(cause.kind);
    return cause;
}

NextBoot predict_next_boot(const CauseEvidence& seen)
{
    if (!seen.rtc_now || !seen.network_now)
        return {.words = "unknown: the hardware clock was not compared with network time"};
    if (seen.zone == RtcZone::Local)
        return {.words = "unknown: the hardware clock keeps local time"};
    NextBoot next = next_rtc(seen);
    const Ratchet* const file = farthest(seen);
    if (file != nullptr && file->dated - seen.now > std::max(next.ahead, Span{0}) + harmful) {
        next.ahead = file->dated - seen.now;
        next.by = CauseKind::Ratchet;
        next.words =
            fmt::format("{} moves the clock forward to the date of {}", file->user, file->path);
    }
    next.words = next.by == CauseKind::RightStart
                     ? "will start right"
                     : fmt::format("will start {}: {}", to_hms_text(Offset{.value = next.ahead}),
                                   next.words);
    return next;
}

std::string code_of(CauseKind kind)
{
    switch (kind) {
    case CauseKind::StoredSkew:
        return "CG130";
    case CauseKind::HostWrong:
        return "CG131";
    case CauseKind::HostClamps:
        return "CG132";
    case CauseKind::LocalTime:
        return "CG133";
    case CauseKind::SavedState:
        return "CG134";
    case CauseKind::Ratchet:
        return "CG135";
    case CauseKind::Undetermined:
        return "CG139";
    case CauseKind::RightStart:
        break;
    }
    return {};
}

std::string letter_of(CauseKind kind)
{
    switch (kind) {
    case CauseKind::StoredSkew:
        return "A";
    case CauseKind::HostWrong:
    case CauseKind::HostClamps:
        return "B";
    case CauseKind::LocalTime:
        return "C";
    case CauseKind::SavedState:
        return "D";
    case CauseKind::Ratchet:
        return "F";
    case CauseKind::RightStart:
    case CauseKind::Undetermined:
        break;
    }
    return "-";
}

std::string numbers_of(const BootStarts& starts)
{
    if (!starts.network)
        return "network time not available";
    return fmt::format("hardware clock {}, Hyper-V host {}",
                       words_for(ahead_of(starts.rtc, starts.network)),
                       words_for(ahead_of(starts.host, starts.network)));
}

}  // namespace clockguard
