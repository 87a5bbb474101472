// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "clockguard/core/diagnosis_checks.hpp"

namespace clockguard {
namespace {

ReportFinding host_finding(const TimeSyncView& view, const Finding& finding)
{
    const bool disputed = view.state == TimeSync::Disputed;
    return {.code = finding.code,
            .status = Status::Warning,
            .title = disputed ? "The Hyper-V host's clock is wrong"
                              : "The Hyper-V host's time cannot be had",
            .cause = finding.message,
            .checks = {"hyperv.timesync"},
            .fixes = {{.command = finding.advice}}};
}

bool is_another_machine(TimeSync state)
{
    return state == TimeSync::NotHyperv || state == TimeSync::Enlightened;
}

/// What -v adds: for those who have to find out why.
void add_details(const Evidence& seen, const Finding& finding, Report& report)
{
    const TimeSyncView& view = seen.time_sync;
    if (!is_another_machine(view.state))
        report.checks.push_back({.id = "hyperv.guest",
                                 .title = "Hyper-V guest",
                                 .detail = fmt::format("{}; {}", to_text(view.state),
                                                       to_text(seen.hyperv, view.count))});
    if (!finding.advice.empty())
        report.checks.push_back({.id = "hyperv.advice",
                                 .title = "What helps Hyper-V's time synchronisation",
                                 .detail = finding.advice});
}

}  // namespace

/// Where the network vouches for the clock, a host that offers no time is no fault; one whose time
/// is wrong is, for the hardware clock and the next boot come from it.
void check_hyperv(const Evidence& seen, Report& report)
{
    const Finding finding = to_finding(seen.time_sync);
    ReportCheck check{.id = "hyperv.timesync", .title = "Hyper-V", .detail = finding.message};
    const bool disputed = seen.time_sync.state == TimeSync::Disputed;
    if (is_another_machine(seen.time_sync.state)) {
        check = {.id = check.id,
                 .status = Status::Skipped,
                 .title = check.title,
                 .skipped_because = finding.message};
    } else if (finding.severity >= Severity::Warning && (disputed || !seen.clock_trusted)) {
        check.status = Status::Warning;
        report.findings.push_back(host_finding(seen.time_sync, finding));
    }
    report.checks.push_back(check);
    add_details(seen, finding, report);
}

}  // namespace clockguard
