// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/diagnosis_clock.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "clockguard/core/diagnosis_cause.hpp"
#include "clockguard/core/exact.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view silence = "says nothing: ";

/// A step that is worth a finding: what was dated before it, is dated wrong.
constexpr Span large_step = 1min;

/// A witness that kept silent was not checked, and says why.
ReportCheck witness_check(const Finding& finding)
{
    ReportCheck check = to_check(finding);
    if (finding.severity == Severity::Note && finding.message.starts_with(silence)) {
        check.detail = finding.message.substr(silence.size());
        if (check.detail.starts_with("no objection"))
            return check;
        check.status = Status::Skipped;
        check.skipped_because = std::exchange(check.detail, {});
    }
    return check;
}

ReportFinding clock_finding(std::string code, Status status, std::string title)
{
    return {.code = std::move(code),
            .status = status,
            .title = std::move(title),
            .checks = {"clock.trust"}};
}

bool refuted_by(const Verdict& verdict, std::string_view witness)
{
    return std::ranges::any_of(verdict.findings, [&](const Finding& finding) {
        return finding.subject == witness && finding.severity == Severity::Failure;
    });
}

ReportFinding wrong_clock(const Evidence& seen)
{
    if (refuted_by(seen.verdict, "floor"))
        return clock_finding("CG110", Status::Critical, "The clock shows what has long passed");
    if (refuted_by(seen.verdict, "last-good")) {
        ReportFinding finding = clock_finding("CG110", Status::Critical,
                                              "The system clock is behind the last time it was "
                                              "trusted");
        finding.fixes = {
            {"sudo clockguard forget", "none", "only if that record is wrong: removes it"}};
        return finding;
    }
    if (refuted_by(seen.verdict, "chrony")) {
        ReportFinding finding =
            clock_finding("CG305", Status::Critical,
                          "The clock is wrong: chronyd knows better, but does not step it");
        finding.fixes = {{"sudo chronyc makestep", "changes_clock", "steps the clock at once"}};
        return finding;
    }
    return clock_finding("CG302", Status::Critical, "The sources of time disagree");
}

ReportFinding unverified_clock(const Evidence& seen)
{
    if (seen.chrony_answers)
        return clock_finding("CG301", Status::Warning,
                             "The clock cannot be verified: no time source answers");
    if (seen.keepers.chrony_running)
        return clock_finding("CG304", Status::Warning,
                             "The clock cannot be verified: chronyd does not answer");
    if (!seen.keepers.chrony_installed)
        return clock_finding("CG301", Status::Warning,
                             "The clock cannot be verified: no program keeps the time");
    ReportFinding finding = clock_finding("CG303", Status::Warning,
                                          "The clock cannot be verified: chronyd is not running");
    finding.fixes = {{"sudo systemctl enable --now chronyd.service", "changes_clock",
                      "its unit is chrony.service on Debian and Ubuntu"}};
    return finding;
}

/// chronyd clears the kernel's flag only with rtcsync, and only then the kernel writes the RTC.
void check_rtcsync(const Evidence& seen, Report& report)
{
    ReportCheck check{.id = "clock.rtcsync", .title = "RTC kept in step by the kernel"};
    if (!seen.kernel_unsynchronized || !seen.clock_trusted ||
        !seen.trusted_by.starts_with("chrony"))
        check.skipped_because = "only of interest where chronyd keeps the time";
    if (!check.skipped_because.empty())
        check.status = Status::Skipped;
    else if (*seen.kernel_unsynchronized && !seen.rtcs.empty()) {
        check.status = Status::Warning;
        check.detail = "chronyd has synchronised, the kernel does not know it";
        report.findings.push_back(
            {.code = "CG120",
             .title = "Nothing keeps the hardware clock right",
             .cause = "chronyd runs without rtcsync, so the kernel never "
                      "writes the hardware clock.",
             .checks = {check.id},
             .fixes = {{"add the line rtcsync to chrony.conf", "none", "then restart chronyd"}}});
    }
    report.checks.push_back(check);
}

bool was_guarded(const Evidence& seen)
{
    return seen.gate && (seen.gate->outcome == GateOutcome::Synchronized ||
                         seen.gate->outcome == GateOutcome::RtcCorrected ||
                         seen.gate->outcome == GateOutcome::HostAgrees ||
                         seen.gate->outcome == GateOutcome::RtcTrusted);
}

std::string since_boot(const Evidence& seen)
{
    return seen.live ? fmt::format(", up {}", to_text(seen.uptime)) : "";
}

}  // namespace

void check_clock(const Evidence& seen, Report& report)
{
    ReportCheck check{.id = "clock.trust", .title = "System clock", .detail = seen.trust_reason};
    if (!seen.live) {
        check.status = Status::Skipped;
        check.skipped_because = "another machine's disk: nobody there can be asked for the time";
        report.checks.push_back(check);
        return;
    }
    report.clocks.push_back({.id = "system", .readable = true, .time = seen.now});
    if (!seen.clock_trusted) {
        ReportFinding finding =
            seen.verdict.trust == Trust::Wrong ? wrong_clock(seen) : unverified_clock(seen);
        finding.cause = seen.trust_reason;
        check.status = finding.status;
        report.findings.push_back(finding);
    }
    report.checks.push_back(check);
    for (const Finding& finding : seen.verdict.findings)
        report.checks.push_back(witness_check(finding));
    check_rtcsync(seen, report);
}

void check_boot(const Evidence& seen, Report& report)
{
    ReportCheck check{.id = "boot.clock_step", .title = "Clock steps since boot"};
    if (seen.history.events.empty() && !seen.history.error.empty()) {
        check.status = Status::Skipped;
        check.skipped_because = seen.history.error;
        report.checks.push_back(check);
        return;
    }
    const bool trusted = seen.live && seen.clock_trusted;
    const Span step =
        largest_step(seen.history.events, trusted ? std::optional{seen.booted} : std::nullopt);
    check.detail = abs(step) < large_step
                       ? fmt::format("no large clock step{}", since_boot(seen))
                       : fmt::format("stepped {}{}", to_movement(step), since_boot(seen));
    if (abs(step) >= large_step && !was_guarded(seen)) {
        check.status = Status::Warning;
        report.findings.push_back(
            {.code = "CG111",
             .title = fmt::format("The clock was stepped {} since boot", to_movement(step)),
             .cause = "What was dated before that is dated wrong: certificates, tokens, leases.",
             .checks = {check.id}});
    }
    report.checks.push_back(check);
}

/// The package holds MicroK8s as it is; for another, its administrator says so.
std::string hold_command(const Evidence& seen)
{
    if (seen.distribution == "MicroK8s")
        return "install the package clockguard";
    std::string folders;
    for (const std::string& unit : seen.hold)
        folders += fmt::format(" /usr/share/clockguard/hold/{}.d", unit);
    return fmt::format("sudo cp -r{} /etc/systemd/system/; sudo systemctl daemon-reload", folders);
}

void check_gate(const Evidence& seen, Report& report)
{
    ReportCheck check{.id = "gate.outcome", .title = "Boot gate"};
    const auto warn = [&](std::string code, std::string title, std::vector<ReportFix> fixes) {
        check.status = Status::Warning;
        report.findings.push_back({.code = std::move(code),
                                   .title = std::move(title),
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
        check.skipped_because = "its profile names no units that have to wait";
    } else if (!seen.hold_installed) {
        warn("CG404", seen.distribution + " does not wait for the clock: its units have no gate",
             {{.command = hold_command(seen), .note = "prevents it at the next boot"}});
    } else if (!seen.gate) {
        check.status = Status::Skipped;
        check.skipped_because = "the gate has not run since boot";
    } else if (seen.gate->outcome == GateOutcome::TimeoutReleased) {
        warn("CG401", seen.distribution + " was started with a clock that nobody had verified", {});
    } else if (!is_open(seen.gate->outcome)) {
        warn("CG402",
             fmt::format("The gate holds {} until the clock is verified", seen.distribution),
             {{"sudo clockguard gate --release", "none", "lets it go with the clock as it is"}});
    }
    report.checks.push_back(check);
}

}  // namespace clockguard
