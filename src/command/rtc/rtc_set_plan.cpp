// SPDX-License-Identifier: Apache-2.0
#include "command/rtc/rtc_set_plan.hpp"

#include <string_view>

#include <fmt/core.h>

#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/clock/host_witness.hpp"
#include "clockguard/core/clock/trust.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

TimeSourceChoice untouched(ExitCode code, std::string_view why)
{
    return {
        .refusal = {.code = code, .summary = fmt::format("hardware clock not touched: {}", why)}};
}

TimeSourceChoice choose_system(const TrustNow& trust)
{
    if (!trust.trusted)
        return untouched(ExitCode::Refused,
                         fmt::format("the system clock is not verified ({})", trust.why));
    return {.source = TimeSource{.warrant = fmt::format("verified by {}", trust.by)}};
}

/// Where two that may vouch contradict each other, neither is copied.
TimeSourceChoice choose_host(const HostClock& host, const TrustNow& trust, Span limit)
{
    const auto& [view, may_vouch] = host;
    const std::string title = title_of(view);
    if (view.state != TimeSync::Live || !view.offset)
        return untouched(ExitCode::Undetermined,
                         fmt::format("the {} is not available ({})", title, view.why));
    if (!may_vouch)
        return untouched(ExitCode::Refused,
                         fmt::format("trust.host does not accept the {} here", title));
    if (trust.trusted && weigh(*view.offset, limit) == Testimony::Contradicts)
        return untouched(ExitCode::Refused,
                         fmt::format("the {} contradicts the system clock, verified by {}: {}",
                                     title, trust.by, to_text(*view.offset)));
    return {.source = TimeSource{.title = fmt::format("the {}", title),
                                 .warrant = "which trust.host accepts",
                                 .system_ahead = *view.offset}};
}

}  // namespace

Offset ahead_of(const TimeSource& source, const RtcReading& reading)
{
    const Offset offset = ahead_of_system(reading);
    return {.value = offset.value + source.system_ahead.value,
            .error = offset.error + source.system_ahead.error};
}

std::string offset_text(const Offset& offset)
{
    if (offset.error < 10ms)
        return to_fine_text(offset);
    return fmt::format("{} (+/-{})", to_hms_text(offset), to_ms_text(offset.error));
}

std::string state_text(const RtcSeen& seen, const TimeSource& source)
{
    if (!seen.reading)
        return to_text(seen.reading.error());
    return fmt::format("{}  {}", to_plain_text(Instant{seen.reading->shows}),
                       offset_text(ahead_of(source, *seen.reading)));
}

std::string title_of(const RtcSeen& seen)
{
    return seen.device.name.empty() ? seen.device.node
                                    : fmt::format("{} ({})", seen.device.node, seen.device.name);
}

std::string reason_to_leave(const RtcSeen& seen, const SetPlan& plan)
{
    if (!plan.options.if_off)
        return {};
    if (plan.config.correct == RtcCorrect::Never)
        return fmt::format("left {} alone: rtc.correct = \"never\"", title_of(seen));
    if (!seen.reading || (seen.trouble.value_or(0) & rtc_time_invalid) != 0)
        return {};
    const Offset offset = ahead_of(plan.source, *seen.reading);
    if (weigh(offset, plan.config.max_offset) != Testimony::Agrees)
        return {};
    return fmt::format("left {} alone: {}, limit {}", title_of(seen), offset_text(offset),
                       to_limit_text(plan.config.max_offset));
}

std::string reason_to_refuse(const RtcSeen& seen, const SetPlan& plan)
{
    if (plan.options.trust_adjtime || !seen.reading)
        return {};
    const Offset offset = ahead_of(plan.source, *seen.reading);
    const auto shift = local_time_shift(offset);
    if (!shift)
        return {};
    const std::string off = fmt::format("hardware clock not touched: {} is {}, ",
                                        short_name(seen.device), offset_text(offset));
    if (seen.zone == RtcZone::Local)
        return off + "a zone's difference, although /etc/adjtime says LOCAL: to write this "
                     "machine's local time use --trust-adjtime (CG106)";
    return fmt::format("{}and probably keeps local time ({}): to write UTC use --trust-adjtime; to "
                       "keep local time, timedatectl set-local-rtc 1 (CG106)",
                       off, zone_text(*shift));
}

TimeSourceChoice choose_source(RtcSource from, const RtcWorld& world, const TrustNow& trust,
                               Span limit)
{
    return from == RtcSource::System ? choose_system(trust)
                                     : choose_host(world.host(), trust, limit);
}

}  // namespace clockguard
