// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "clockguard/core/diagnosis_checks.hpp"
#include "clockguard/core/exact.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// Half a minute of a wrong boot clock expires nothing; from here on it does harm.
constexpr Span harmful = 1min;

std::string where_read(const RtcReading& reading)
{
    const std::string shows =
        fmt::format("It shows {} ({} of {})", to_plain_text(Instant{reading.shows}), reading.method,
                    reading.device);
    return reading.held_by.empty()
               ? shows + "."
               : fmt::format("{}; the device is held by {}.", shows, reading.held_by);
}

ReportFinding off_finding(const RtcSeen& rtc, const Evidence& seen)
{
    const Offset offset = ahead_of_system(*rtc.reading);
    const std::string where = where_read(*rtc.reading);
    if (!seen.clock_trusted)
        return {.code = "CG103",
                .title = fmt::format("Hardware clock and system clock are {} apart",
                                     to_hms_text(abs(offset.value))),
                .cause = where + "\nWhich of the two is wrong, nobody can tell: the system clock "
                                 "is not trusted.",
                .confidence = "possible",
                .checks = {"rtc.offset"}};
    const bool keeps_zone = local_time_shift(offset).has_value();
    return {.code = keeps_zone ? "CG106" : "CG103",
            .status = abs(offset.value) >= harmful ? Status::Critical : Status::Warning,
            .title = fmt::format("Hardware clock is {}", to_hms_text(offset)),
            .cause = where + (keeps_zone ? "\nIt probably keeps local time; the next boot takes it "
                                           "for UTC."
                                         : "\nThe next boot starts at this wrong time."),
            .confidence = keeps_zone ? "likely" : "certain",
            .checks = {"rtc.offset"},
            .fixes = {{keeps_zone ? "sudo clockguard rtc set --from system --trust-adjtime"
                                  : "sudo clockguard rtc set --from system",
                       "none", fmt::format("sets {}, restarts nothing", short_name(rtc.device))}}};
}

bool is_below(const RtcSeen& rtc, const Floor& floor)
{
    return Instant{rtc.reading->shows} + 1s <= floor.not_before;
}

void find_faults(const RtcSeen& rtc, const Evidence& seen, ReportCheck& check, Report& report)
{
    if (!rtc.reading) {
        check.status = Status::Warning;
        check.detail = to_text(rtc.reading.error());
        report.findings.push_back({.code = "CG102",
                                   .title = "The hardware clock cannot be read",
                                   .cause = check.detail,
                                   .checks = {check.id}});
        return;
    }
    const Finding judged = judge_rtc(rtc, seen.rtc_limit, seen.clock_trusted);
    check.detail = judged.message.substr(std::string_view{"hardware clock "}.size());
    if (judged.severity == Severity::Failure) {
        const ReportFinding finding = off_finding(rtc, seen);
        check.status = finding.status;
        report.findings.push_back(finding);
    }
    if (is_below(rtc, seen.floor))
        report.findings.push_back(
            {.code = "CG105",
             .title = "The hardware clock shows what has long passed",
             .cause = fmt::format("It shows {}, before {}.",
                                  to_plain_text(Instant{rtc.reading->shows}), seen.floor.evidence),
             .checks = {check.id}});
}

void check_zone(const RtcSeen& rtc, Report& report)
{
    ReportCheck check{.id = "rtc.zone", .title = "Hardware clock's zone", .detail = "UTC"};
    if (rtc.zone == RtcZone::Local) {
        check.status = Status::Warning;
        check.detail = "local time";
        report.findings.push_back(
            {.code = "CG104",
             .title = "The hardware clock keeps local time",
             .cause = "/etc/adjtime says LOCAL. The kernel takes it for UTC at boot; systemd "
                      "corrects that, and every change of summer time is a chance to fail.",
             .checks = {check.id},
             .fixes = {{"sudo timedatectl set-local-rtc 0", "none", "keeps it in UTC"}}});
    }
    report.checks.push_back(check);
}

/// What the other clocks show decides nothing: the next boot starts from the first.
void check_other(const RtcSeen& rtc, const Evidence& seen, Report& report)
{
    report.checks.push_back({.id = "rtc." + short_name(rtc.device),
                             .title = "Another hardware clock",
                             .detail = judge_rtc(rtc, seen.rtc_limit, seen.clock_trusted).message});
}

}  // namespace

void check_rtcs(const Evidence& seen, Report& report)
{
    ReportCheck check{.id = "rtc.offset", .title = "Hardware clock"};
    for (const RtcSeen& rtc : seen.rtcs)
        report.clocks.push_back(to_clock(rtc));
    if (seen.rtcs.empty()) {
        check.status = Status::Skipped;
        check.skipped_because = !seen.live                ? "another machine's disk"
                                : seen.rtcs_error.empty() ? no_rtc().message
                                                          : seen.rtcs_error;
        report.checks.push_back(check);
        return;
    }
    find_faults(seen.rtcs.front(), seen, check, report);
    report.checks.push_back(check);
    check_zone(seen.rtcs.front(), report);
    std::ranges::for_each(seen.rtcs.begin() + 1, seen.rtcs.end(),
                          [&](const RtcSeen& rtc) { check_other(rtc, seen, report); });
}

}  // namespace clockguard
