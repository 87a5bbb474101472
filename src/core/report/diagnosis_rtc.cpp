// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_rtc.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/report/fixes.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

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
                .detail = to_hms_text(offset),
                .cause = where + "\nThe system clock is not verified either, so clockguard cannot "
                                 "tell which of the two is wrong.",
                .confidence = "possible",
                .checks = {"rtc.offset"}};
    const bool keeps_zone = local_time_shift(offset).has_value();
    return {.code = keeps_zone ? "CG106" : "CG103",
            .status = abs(offset.value) >= harmful ? Status::Critical : Status::Warning,
            .detail = to_hms_text(offset),
            .cause =
                where + (keeps_zone ? "\nIt probably keeps local time; the next boot will read "
                                      "it as UTC."
                                    : "\nThe next boot will start with this wrong time."),
            .confidence = keeps_zone ? "likely" : "certain",
            .checks = {"rtc.offset"},
            .fixes = {{.command = to_text(set_from_system(keeps_zone)),
                       .note = fmt::format("sets {}, restarts nothing", short_name(rtc.device))}}};
}

void find_faults(const RtcSeen& rtc, const Evidence& seen, ReportCheck& check, Report& report)
{
    if (!rtc.reading) {
        check.status = Status::Warning;
        check.detail = to_text(rtc.reading.error());
        report.findings.push_back({.code = "CG102", .cause = check.detail, .checks = {check.id}});
        return;
    }
    const Finding judged = judge_rtc(rtc, seen.rtc_limit, seen.clock_trusted);
    check.detail = rtc_statement(rtc, seen.rtc_limit);
    if (judged.severity == Severity::Failure) {
        const ReportFinding finding = off_finding(rtc, seen);
        check.status = finding.status;
        report.findings.push_back(finding);
    }
    if (const Finding early = judge_against_floor(rtc, seen.floor); !early.code.empty())
        report.findings.push_back({.code = early.code,
                                   .cause = fmt::format("{} {}.", early.subject, early.message),
                                   .checks = {check.id}});
}

void check_zone(const RtcSeen& rtc, const CommandTarget& here, Report& report)
{
    ReportCheck check{.id = "rtc.zone", .title = "Hardware clock's zone", .detail = "UTC"};
    if (rtc.zone == RtcZone::Local) {
        check.status = Status::Warning;
        check.detail = "local time";
        report.findings.push_back(
            {.code = "CG104",
             .cause = "/etc/adjtime says LOCAL. The kernel reads it as UTC at boot; systemd "
                      "corrects that later. A change of daylight saving time can go wrong.",
             .checks = {check.id},
             .fixes = fixes_for("CG104", here)});
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
        check.skipped_because = !seen.live                ? "this is an offline disk"
                                : seen.rtcs_error.empty() ? no_rtc().message
                                                          : seen.rtcs_error;
        report.checks.push_back(check);
        return;
    }
    find_faults(seen.rtcs.front(), seen, check, report);
    report.checks.push_back(check);
    check_zone(seen.rtcs.front(), seen.here, report);
    std::ranges::for_each(seen.rtcs.begin() + 1, seen.rtcs.end(),
                          [&](const RtcSeen& rtc) { check_other(rtc, seen, report); });
}

}  // namespace clockguard
