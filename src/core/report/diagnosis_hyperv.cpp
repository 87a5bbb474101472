// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_hyperv.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "clockguard/core/clock/host_witness.hpp"
#include "clockguard/core/clock/time_sync_words.hpp"
#include "clockguard/core/report/fixes.hpp"

namespace clockguard {
namespace {

constexpr const char* hyperv_check = "hyperv.timesync";

ReportFinding host_finding(const TimeSyncView& view, const Finding& finding, const std::string& id)
{
    const bool disputed = view.state == TimeSync::Disputed;
    return {.code = finding.code,
            .status = Status::Warning,
            .detail = disputed ? title_of(view) : "",
            .cause = finding.message,
            .checks = {id},
            .fixes = fixes_of(finding.advice, true)};
}

/// What -v adds, to find out why.
void add_details(const Evidence& seen, const TimeSyncView& view, Report& report)
{
    if (is_hyperv(view.state))
        report.checks.push_back({.id = "hyperv.guest",
                                 .title = "Hyper-V guest",
                                 .detail = fmt::format("{}; {}", to_text(view.state),
                                                       to_text(seen.hyperv, view.count))});
    const std::string advice = seen.hosts.size() > 1 ? "" : to_text(advice_for(view));
    if (!advice.empty())
        report.checks.push_back({.id = "hyperv.advice",
                                 .title = "What helps Hyper-V's time synchronisation",
                                 .detail = advice});
}

/// Where the network vouches for the clock, a host that offers no time is no fault; one whose time
/// is wrong is, for the hardware clock and the next boot come from it.
void check_one(const Evidence& seen, const TimeSyncView& view, Report& report)
{
    const Finding finding = to_finding(view);
    ReportCheck check{.id = hyperv_check, .title = "Hyper-V", .detail = finding.message};
    const bool disputed = view.state == TimeSync::Disputed;
    if (!is_hyperv(view.state)) {
        check = {.id = check.id,
                 .status = Status::Skipped,
                 .title = check.title,
                 .skipped_because = finding.message};
    } else if (finding.severity >= Severity::Warning && (disputed || !seen.clock_trusted)) {
        check.status = Status::Warning;
        report.findings.push_back(host_finding(view, finding, check.id));
    }
    report.checks.push_back(check);
    add_details(seen, view, report);
}

/// "host.kvm"; a second one of its kind is "host.kvm2".
std::string other_host_id(const TimeSyncView& view, const Report& report)
{
    const auto before = std::ranges::count(report.checks, title_of(view), &ReportCheck::title);
    return fmt::format("host.{}{}", view.clock.substr(view.clock.find(':') + 1),
                       before == 0 ? "" : fmt::format("{}", before + 1));
}

/// Another hypervisor's clock: one that cannot be read is not missed.
void check_other_host(const TimeSyncView& view, Report& report)
{
    ReportCheck check{
        .id = other_host_id(view, report), .title = title_of(view), .detail = view.why};
    if (view.state == TimeSync::Failed) {
        check.status = Status::Skipped;
        check.skipped_because = std::exchange(check.detail, {});
    } else if (view.state == TimeSync::Disputed) {
        check.status = Status::Warning;
        report.findings.push_back(host_finding(view, to_finding(view), check.id));
    }
    report.checks.push_back(check);
}

/// What the judge found of clocks that should have their time from one host.
void tell_disputes(const Evidence& seen, Report& report)
{
    for (const Finding& finding : seen.verdict.findings) {
        if (finding.code != "CG312" && finding.code != "CG313")
            continue;
        report.findings.push_back({.code = finding.code,
                                   .status = Status::Warning,
                                   .cause = fmt::format("{} {}", finding.subject, finding.message),
                                   .checks = {hyperv_check},
                                   .fixes = fixes_for(finding.code, seen.here)});
    }
}

}  // namespace

std::vector<TimeSyncView> judged_hosts(const Evidence& seen)
{
    std::vector<TimeSyncView> hosts = seen.hosts;
    if (seen.early)
        hosts.front() = note_silence(hosts.front(), seen.early->record.count);
    if (seen.chrony_answers && seen.verdict.from_network)
        for (TimeSyncView& host : hosts)
            host = compare_with_network(host, *seen.verdict.from_network);
    return hosts;
}

void check_hosts(const Evidence& seen, Report& report)
{
    for (const TimeSyncView& view : seen.hosts)
        if (view.clock == hyperv_clock)
            check_one(seen, view, report);
        else
            check_other_host(view, report);
    tell_disputes(seen, report);
}

}  // namespace clockguard
