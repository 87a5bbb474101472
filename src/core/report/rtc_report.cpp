// SPDX-License-Identifier: Apache-2.0
// Hardware clocks as findings and as text, so that `rtc show`, `rtc check` and `diagnose` say the
// same.
#include "clockguard/core/report/rtc_report.hpp"

#include <fmt/core.h>

#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/base/path.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/wrapped.hpp"
#include "clockguard/core/clock/time_sync_words.hpp"
#include "clockguard/core/clock/trust.hpp"
#include "clockguard/core/rtc/rtc_tick.hpp"

namespace clockguard {
namespace {

std::string notes_on(const RtcSeen& seen)
{
    std::vector<std::string> notes;
    if (seen.device.set_system_clock)
        notes.emplace_back("set the clock at boot");
    if (seen.zone == RtcZone::Local)
        notes.emplace_back("keeps local time");
    if (seen.reading && !seen.reading->held_by.empty())
        notes.push_back(fmt::format("held by {}", seen.reading->held_by));
    for (const std::string& word : rtc_trouble_words(seen.trouble.value_or(0)))
        notes.push_back(word);
    return joined(notes, "; ");
}

std::string with_error(const Offset& offset)
{
    return fmt::format("{} (+/-{})", to_hms_text(offset), to_ms_text(offset.error));
}

std::string against_system(const RtcReading& reading)
{
    const Offset offset = ahead_of_system(reading);
    return reading.tick_error ? to_fine_text(offset) : with_error(offset);
}

std::string words_for(UpdateInterrupt interrupt)
{
    switch (interrupt) {
    case UpdateInterrupt::NotAsked:
        return "";
    case UpdateInterrupt::Refused:
        return "refused";
    case UpdateInterrupt::Missing:
        return "missing";
    case UpdateInterrupt::Came:
        return "came";
    }
    return "";
}

std::string line_of(std::string_view label, std::string_view words)
{
    constexpr std::size_t indent = 11;
    constexpr std::size_t width = 79;
    return fmt::format("  {:<7}  {}", label, wrapped(on_one_line(words), indent, width));
}

std::string heading_of(const RtcDevice& device)
{
    return device.name.empty() ? device.node + "\n"
                               : fmt::format("{} ({})\n", device.node, on_one_line(device.name));
}

std::string description_of(const RtcSeen& seen)
{
    const std::string heading = heading_of(seen.device);
    if (!seen.reading)
        return heading + line_of("error", to_text(seen.reading.error()));
    const std::string notes = notes_on(seen);
    return heading + line_of("shows", to_plain_text(Instant{seen.reading->shows}) + " UTC") +
           line_of("offset", against_system(*seen.reading) + " of the system clock") +
           line_of("read by", seen.reading->method) +
           (notes.empty() ? "" : line_of("notes", notes));
}

Advice advice_for(bool clock_trusted, bool keeps_zone)
{
    if (clock_trusted)
        return {.words = "Fix", .command = set_from_system(keeps_zone)};
    return {.words = "To find out which of the two is wrong",
            .command = {.steps = {"clockguard diagnose"}, .as_root = false, .looks = true}};
}

/// What a difference that fits a zone says of the clock, told as what it is: a likelihood.
std::string local_time_words(const RtcSeen& seen, Span shift)
{
    return seen.zone == RtcZone::Local
               ? "; /etc/adjtime says LOCAL, but it probably keeps UTC or the time of another zone"
               : fmt::format("; it probably keeps local time ({})", zone_text(shift));
}

/// How much later than the build of this program a clock is, is no news.
std::string distance_from(const Floor& floor, Span after)
{
    if (after >= Span{0} && floor.not_before() == floor.built)
        return {};
    return fmt::format(", {} {} {}", to_hms_text(abs(after)), after < Span{0} ? "before" : "after",
                       to_text(floor));
}

}  // namespace

Offset ahead_of_system(const RtcReading& reading)
{
    const Offset offset = rtc_offset(reading);
    return {.value = -offset.value, .error = offset.error};
}

std::string rtc_statement(const RtcSeen& seen, Span limit)
{
    if (!seen.reading)
        return to_text(seen.reading.error());
    const Offset offset = ahead_of_system(*seen.reading);
    return fmt::format("{} is {} {} the system clock (+/-{}), limit {}", short_name(seen.device),
                       to_hms_text(abs(offset.value)),
                       offset.value < Span{0} ? "behind" : "ahead of", to_ms_text(offset.error),
                       to_limit_text(limit));
}

Finding judge_rtc(const RtcSeen& seen, Span limit, bool clock_trusted)
{
    Finding finding{.subject = short_name(seen.device)};
    if (!seen.reading) {
        finding.code = "CG102";
        finding.severity = Severity::Warning;
        finding.message = to_text(seen.reading.error());
        return finding;
    }
    const Offset offset = ahead_of_system(*seen.reading);
    finding.message = fmt::format("hardware clock {}", rtc_statement(seen, limit));
    switch (weigh(offset, limit)) {
    case Testimony::Agrees:
        break;
    case Testimony::Unclear:
        finding.severity = Severity::Note;
        finding.advice = {"The reading is too coarse: repeat it, or allow more with --max-offset"};
        break;
    case Testimony::Contradicts:
        finding.code = "CG103";
        finding.severity = Severity::Failure;
        if (const auto shift = local_time_shift(offset)) {
            finding.code = "CG106";
            finding.message += local_time_words(seen, *shift);
        }
        finding.advice = advice_for(clock_trusted, finding.code == "CG106");
        break;
    }
    return finding;
}

Finding judge_against_floor(const RtcSeen& seen, const Floor& floor)
{
    const Instant shows{seen.reading->shows};
    const Span after = shows - floor.not_before();
    Finding finding{.subject = short_name(seen.device),
                    .message = fmt::format("shows {} UTC{}", to_plain_text(shows),
                                           distance_from(floor, after))};
    if (after + std::chrono::seconds{1} <= Span{0}) {
        finding.code = "CG105";
        finding.severity = Severity::Warning;
        finding.message += ": it is wrong";
    }
    return finding;
}

std::vector<Finding> judge_tick(const RtcSeen& seen)
{
    if (!seen.reading)
        return {};
    const std::string id = short_name(seen.device);
    std::vector<Finding> findings;
    if (seen.reading->stands_still)
        findings.push_back(
            {.code = "CG108",
             .severity = Severity::Warning,
             .subject = id,
             .message =
                 fmt::format("hardware clock {} is stopped: its seconds did not advance within {}",
                             id, to_text(tick_limit)),
             .advice = {.words = "Setting the clock restarts it",
                        .command = set_from_system(false)}});
    if (seen.reading->interrupt == UpdateInterrupt::Missing && !seen.reading->stands_still)
        findings.push_back(
            {.code = "CG107",
             .severity = Severity::Note,
             .subject = id,
             .message = fmt::format("hardware clock {} sends no update interrupts, although its "
                                    "driver accepts the request: read by polling",
                                    id),
             .advice = {"hwclock fails on this clock after ten seconds"}});
    return findings;
}

std::vector<Finding> judge_trouble(const RtcSeen& seen)
{
    const auto words = rtc_trouble_words(seen.trouble.value_or(0));
    if (words.empty())
        return {};
    const std::string id = short_name(seen.device);
    return {
        {.code = "CG112",
         .severity = Severity::Warning,
         .subject = id,
         .message = fmt::format("hardware clock {} reports a fault: {}", id, joined(words, "; ")),
         .advice = {"Set it; if the warning remains, replace the battery"}}};
}

CommandLine set_from_system(bool keeps_zone)
{
    return {.steps = {fmt::format("clockguard rtc set --from system{}",
                                  keeps_zone ? " --trust-adjtime" : "")}};
}

Finding no_rtc()
{
    return {.code = "CG101",
            .severity = Severity::Note,
            .subject = "rtc",
            .message = "no hardware clock: the kernel lists none in /sys/class/rtc",
            .advice = {"The system clock is set by the network or the host only"}};
}

std::string render_rtcs(const std::vector<RtcSeen>& rtcs)
{
    return joined(rtcs, "", description_of);
}

ReportClock to_clock(const RtcSeen& seen)
{
    ReportClock clock{.id = short_name(seen.device),
                      .name = seen.device.name,
                      .device = seen.device.node,
                      .zone = seen.zone == RtcZone::Local ? "LOCAL" : "UTC",
                      .set_system_clock = seen.device.set_system_clock};
    if (seen.trouble)
        clock.trouble = rtc_trouble_words(*seen.trouble);
    if (!seen.reading) {
        clock.error = to_text(seen.reading.error());
        return clock;
    }
    clock.readable = true;
    clock.time = Instant{seen.reading->shows};
    clock.offset = ahead_of_system(*seen.reading);
    clock.reference = "system";
    clock.method = seen.reading->method;
    clock.held_by = seen.reading->held_by;
    if (seen.reading->tick_error || seen.reading->stands_still)
        clock.tick_seen = seen.reading->tick_error.has_value();
    clock.update_interrupt = words_for(seen.reading->interrupt);
    return clock;
}

std::string short_name(const RtcDevice& device)
{
    return name_of(device.node);
}

}  // namespace clockguard
