// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_gate.hpp"

#include <utility>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/report/fixes.hpp"

namespace clockguard {
namespace {

/// Units of a profile of the administrator's own wait by the same drop-in as all others.
std::vector<ReportFix> hold_fixes(const Evidence& seen)
{
    if (auto fixes = fixes_for("CG404", seen.here); !fixes.empty())
        return fixes;
    CommandLine copy{.stops_at_failure = true};
    for (const std::string& unit : seen.hold)
        copy.steps.push_back(fmt::format("cp -rT /usr/share/clockguard/hold/kubelet.service.d "
                                         "/etc/systemd/system/{}.d",
                                         unit));
    copy.steps.emplace_back("systemctl daemon-reload");
    return {{.command = to_text(copy),
             .note = "Makes its units wait for the gate from their next start on"}};
}

}  // namespace

void check_gate(const Evidence& seen, Report& report)
{
    ReportCheck check{.id = "gate.outcome", .title = "Boot gate"};
    const auto warn = [&](std::string code, std::string detail, std::vector<ReportFix> fixes) {
        check.status = Status::Warning;
        report.findings.push_back({.code = std::move(code),
                                   .detail = std::move(detail),
                                   .cause = seen.gate ? seen.gate->reason : "",
                                   .checks = {check.id},
                                   .fixes = std::move(fixes)});
    };
    if (seen.gate)
        check.detail = fmt::format("held {} for {}: {}", seen.distribution,
                                   to_text(seen.gate->waited), to_text(seen.gate->outcome));
    if (!seen.is_installed) {
        check.status = Status::Skipped;
        check.skipped_because = seen.distribution + " is not installed";
    } else if (seen.hold.empty()) {
        check.status = Status::Skipped;
        check.skipped_because = "its profile names no units to hold";
    } else if (!seen.hold_installed) {
        check.detail = "no drop-in makes its daemons wait";
        warn("CG404", "", hold_fixes(seen));
        report.findings.back().cause = seen.distribution + " starts without waiting for the clock.";
    } else if (!seen.gate) {
        check.status = Status::Skipped;
        check.skipped_because = "the gate has not run since boot";
    } else if (seen.gate->outcome == GateOutcome::TimeoutReleased ||
               (!is_open(seen.gate->outcome) && !seen.gate_waits)) {
        warn("CG401", seen.distribution + " was started anyway", {});
    } else if (!is_open(seen.gate->outcome)) {
        warn("CG402", seen.distribution + " waits for a verified clock",
             fixes_for("CG402", seen.here));
    }
    report.checks.push_back(check);
}

void check_units(const Evidence& seen, Report& report)
{
    if (seen.disabled_units.empty())
        return;
    ReportCheck check{.id = "gate.units", .title = "Units of clockguard"};
    check.status = Status::Warning;
    check.detail = "not enabled";
    report.checks.push_back(check);
    report.findings.push_back({.code = "CG406",
                               .cause = joined(seen.disabled_units, ", "),
                               .checks = {"gate.units"},
                               .fixes = fixes_for("CG406", seen.here)});
}

}  // namespace clockguard
