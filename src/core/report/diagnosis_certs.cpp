// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_certs.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/clock/host_witness.hpp"
#include "clockguard/core/report/certs_report.hpp"

namespace clockguard {
namespace {

/// How many of them; MicroK8s' next start is not about certificates that are there.
std::string detail_of(std::string_view code, std::size_t count, std::size_t total)
{
    return code == "CG206" ? "" : fmt::format("{} of {}", count, total);
}

/// Every part of it, for some stop a service, renew and start it.
std::string as_root(std::string command)
{
    constexpr std::string_view next = "; ";
    constexpr std::string_view sudo = "sudo ";
    for (auto at = command.find(next); at != std::string::npos; at = command.find(next, at)) {
        at += next.size();
        command.insert(at, sudo);
    }
    return fmt::format("{}{}", sudo, command);
}

/// Who makes a certificate anew, and what to know before it does. clockguard refuses while the
/// clock is not trusted; the others date by it.
struct Helper {
    std::string_view program;
    std::string_view with_trust;
    std::string_view without_trust;
};

constexpr std::string_view dates_wrong =
    "uses the system clock for the dates: run it once the clock is verified";

constexpr std::string_view keeps_present = "keeps what is there now";

constexpr std::array helpers{
    Helper{"clockguard certs undo ", keeps_present, keeps_present},
    Helper{"clockguard ", "keeps a backup", "refused until the clock is verified"},
    Helper{"/snap/microk8s/current/kubectl ", "", ""},
    Helper{"microk8s ", "keeps a backup", dates_wrong},
    Helper{"openssl ", "keeps a backup of the certificates", dates_wrong},
    Helper{"find ", "keeps a backup", dates_wrong},
    Helper{"k0s ", "", dates_wrong},
    Helper{"k3s ", "", dates_wrong},
    Helper{"rke2 ", "", dates_wrong},
    Helper{"kubeadm ", "", dates_wrong},
    Helper{"rm ", "the daemon makes the removed files again", dates_wrong},
    Helper{"systemctl ", "", dates_wrong}};

bool names(std::string_view command, std::string_view part)
{
    return command.find(part) != std::string_view::npos;
}

std::string risk_of(std::string_view command)
{
    if (names(command, "microk8s refresh-certs ") || names(command, "snap restart "))
        return "restarts_microk8s";
    const bool restarts = names(command, "systemctl ") || names(command, "/manifests/");
    return restarts ? "restarts_kubernetes" : "none";
}

std::string note_of(const Helper& helper, std::string_view command, bool clock_trusted)
{
    std::string note{clock_trusted ? helper.with_trust : helper.without_trust};
    if (!names(command, ".old"))
        return note;
    return fmt::format("the old files stay beside, as .old{}{}", note.empty() ? "" : "; ", note);
}

/// The commands that help, each once; advice that is no command is said and not listed.
void add_fix(ReportFinding& report, const std::string& advice, bool clock_trusted)
{
    const auto* const helper = std::ranges::find_if(
        helpers, [&](const Helper& known) { return advice.starts_with(known.program); });
    if (helper == helpers.end())
        return;
    const std::string command = as_root(advice);
    if (std::ranges::find(report.fixes, command, &ReportFix::command) != report.fixes.end())
        return;
    report.fixes.push_back({.command = command,
                            .risk = risk_of(advice),
                            .note = note_of(*helper, advice, clock_trusted)});
}

ReportFinding to_one(const std::vector<const Finding*>& group, std::size_t total,
                     bool clock_trusted)
{
    ReportFinding report{.code = group.front()->code,
                         .status = to_status(group.front()->severity),
                         .detail = detail_of(group.front()->code, group.size(), total),
                         .confidence = clock_trusted ? "certain" : "likely",
                         .checks = {"certs.validity"}};
    for (const Finding* finding : group) {
        report.cause += report.cause.empty() ? "" : "\n";
        report.cause += on_one_line(fmt::format("{} {}", finding->subject, finding->message));
        add_fix(report, finding->advice, clock_trusted);
    }
    return report;
}

/// Findings of one code become one; what is only a note is no finding.
std::vector<ReportFinding> grouped(const CertsVerdict& certs, std::size_t total, bool clock_trusted)
{
    std::map<std::string, std::vector<const Finding*>> groups;
    for (const Finding& finding : certs.findings)
        if (finding.severity == Severity::Warning || finding.severity == Severity::Failure)
            groups[finding.code].push_back(&finding);
    std::vector<ReportFinding> findings;
    findings.reserve(groups.size());
    for (const auto& [code, group] : groups)
        findings.push_back(to_one(group, total, clock_trusted));
    return findings;
}

bool was_looked_at(const JudgedCertificate& judged)
{
    return judged.state != CertState::Skipped;
}

}  // namespace

void check_certificates(const Evidence& seen, Report& report)
{
    ReportCheck check{.id = "certs.validity", .title = seen.distribution + " certificates"};
    if (!seen.certs_error.empty()) {
        check.status = Status::Unknown;
        check.detail = seen.certs_error;
    } else if (!seen.certs) {
        check.status = Status::Skipped;
        check.skipped_because = seen.certs_skipped;
    } else {
        const CertsVerdict& certs = *seen.certs;
        const auto total =
            static_cast<std::size_t>(std::ranges::count_if(certs.certificates, was_looked_at));
        check.status = certs_status(certs);
        check.detail = certs_summary(certs);
        if (certs.margin)
            check.detail += fmt::format("; safe for clock errors {}", to_text(*certs.margin));
        if (auto next_start = next_start_check(certs)) {
            check.detail += "; MicroK8s will re-issue some at its next start (CG206)";
            report.checks.push_back(std::move(*next_start));
        }
        for (const JudgedCertificate& judged : certs.certificates)
            if (was_looked_at(judged))
                report.certificates.push_back(to_report(judged, certs.now));
        for (ReportFinding& finding : grouped(certs, total, seen.clock_trusted || !seen.live))
            report.findings.push_back(std::move(finding));
    }
    report.checks.push_back(check);
}

}  // namespace clockguard
