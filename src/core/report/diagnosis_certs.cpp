// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_certs.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/clock/host_witness.hpp"
#include "clockguard/core/report/certs_report.hpp"
#include "clockguard/core/report/fixes.hpp"

namespace clockguard {
namespace {

/// How many of them; MicroK8s' next start is not about certificates that are there.
std::string detail_of(std::string_view code, std::size_t count, std::size_t total)
{
    return code == "CG206" ? "" : fmt::format("{} of {}", count, total);
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
        for (const ReportFix& fix : fixes_of(finding->advice, clock_trusted))
            if (std::ranges::find(report.fixes, fix.command, &ReportFix::command) ==
                report.fixes.end())
                report.fixes.push_back(fix);
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
