// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/report.hpp"

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/wrapped.hpp"
#include "clockguard/core/report/codes.hpp"

namespace clockguard {
namespace {

/// Check ids are words joined by dots: "rtc:/dev/rtc0" becomes "rtc.dev_rtc0".
std::string id_of(const std::string& subject)
{
    std::string id = "clock.";
    for (const char c : subject) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        id += plain ? c : '_';
    }
    return id;
}

}  // namespace

std::string to_text(RepairOutcome outcome)
{
    switch (outcome) {
    case RepairOutcome::Fixed:
        return "fixed";
    case RepairOutcome::StillReported:
        return "still_reported";
    case RepairOutcome::Failed:
        return "failed";
    case RepairOutcome::Declined:
        return "declined";
    }
    return {};
}

std::string to_text(Status status)
{
    switch (status) {
    case Status::Ok:
        return "ok";
    case Status::Warning:
        return "warning";
    case Status::Critical:
        return "critical";
    case Status::Unknown:
        return "unknown";
    case Status::Skipped:
        return "skipped";
    }
    return {};
}

std::string title_of(const ReportFinding& finding)
{
    return title_of(finding.code, finding.detail);
}

std::string headline(Status status)
{
    return in_capitals(to_text(status == Status::Skipped ? Status::Unknown : status));
}

std::string headline_of(const Report& report, std::size_t width)
{
    const std::string word = headline(report.verdict.status);
    return word + "  " + wrapped(on_one_line(report.verdict.summary), word.size() + 2, width);
}

bool is_problem(Status status)
{
    return status == Status::Warning || status == Status::Critical;
}

Status to_status(Severity severity)
{
    switch (severity) {
    case Severity::Ok:
    case Severity::Note:
        return Status::Ok;
    case Severity::Warning:
        return Status::Warning;
    case Severity::Failure:
        return Status::Critical;
    }
    return Status::Unknown;
}

ReportCheck to_check(const Finding& finding)
{
    ReportCheck check{.id = id_of(finding.subject), .title = finding.subject};
    if (finding.severity == Severity::Note) {
        check.status = Status::Skipped;
        check.skipped_because = finding.message;
    } else {
        check.status = to_status(finding.severity);
        check.detail = finding.message;
    }
    return check;
}

BootRecord to_boot_record(const Report& report)
{
    return {.number = report.boot_number,
            .boot_id = report.host.boot_id,
            .taken_at = report.run.time,
            .starts = report.starts};
}

}  // namespace clockguard
