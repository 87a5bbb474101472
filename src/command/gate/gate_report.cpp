// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/gate_report.hpp"

#include <utility>

#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/core/report/diagnosis_cause.hpp"
#include "clockguard/edge/clock/clock_moment.hpp"
#include "clockguard/edge/clock/hyperv.hpp"

namespace clockguard {
namespace {

ReportVerdict verdict_of(const GateView& view, const GatePolicy& policy)
{
    const bool trusted = view.verdict.trust == Trust::Trusted;
    const bool held = view.outcome == GateOutcome::TimeoutHeld;
    const Status status = trusted ? Status::Ok : held ? Status::Critical : Status::Warning;
    return {.status = status,
            .exit_code = static_cast<int>(exit_code_of(view.outcome)),
            .summary = gate_status(view, policy)};
}

}  // namespace

ExitCode exit_code_of(GateOutcome outcome)
{
    return is_open(outcome) ? ExitCode::Healthy : ExitCode::Held;
}

Report to_report(Report begun, const GateView& view, const GatePolicy& policy,
                 const ClockMoment& moment)
{
    Report report = std::move(begun);
    report.run.clock_trusted = view.verdict.trust == Trust::Trusted;
    report.run.trusted_by = view.verdict.trusted_by;
    report.verdict = verdict_of(view, policy);
    for (const Finding& finding : view.verdict.findings)
        report.checks.push_back(to_check(finding));
    report.gate = GateRecord{.outcome = view.outcome,
                             .waited = view.waited,
                             .limit = policy.timeout,
                             .on_timeout = policy.on_timeout,
                             .reason = reason_of(view.verdict),
                             .boot_instant = moment.boot_instant,
                             .raw_instant = moment.raw_instant,
                             .rtc_ahead = moment.rtc_ahead,
                             .began_boot_instant = moment.boot_instant - view.clock_moved};
    return report;
}

Report report_gate(const Context& context, const GateView& view, const GatePolicy& policy)
{
    const ClockMoment moment = read_clock_moment(context.root);
    Report report = to_report(begin_report(context, "gate", {}), view, policy, moment);
    report.starts = starts_of_boot(context, view.verdict, moment.boot_instant);
    const Cause cause = find_cause({.starts = report.starts,
                                    .network_now = report.starts.network,
                                    .on_hyperv = read_hyperv_presence(context.root).is_hyperv()});
    report.checks.push_back(to_check(cause, report.starts));
    return report;
}

}  // namespace clockguard
