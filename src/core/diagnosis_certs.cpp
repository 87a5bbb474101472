// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "clockguard/core/certs_report.hpp"
#include "clockguard/core/diagnosis_checks.hpp"

namespace clockguard {
namespace {

struct Phrase {
    std::string_view code;
    std::string_view words;
};

constexpr std::array phrases{Phrase{"CG201", "not yet valid"},
                             Phrase{"CG202", "expired"},
                             Phrase{"CG203", "expiring"},
                             Phrase{"CG204", "not signed by their CA"},
                             Phrase{"CG205", "embedded in another form than the file"},
                             Phrase{"CG209", "unreadable"},
                             Phrase{"CG210", "missing"},
                             Phrase{"CG211", "at odds with their key"}};

std::string title_of(std::string_view code, std::size_t count, std::size_t total)
{
    const auto* const phrase = std::ranges::find(phrases, code, &Phrase::code);
    const std::string_view words =
        phrase == phrases.end() ? "not as they should be" : phrase->words;
    return fmt::format("{} of {} certificates {} {}", count, total, count == 1 ? "is" : "are",
                       words);
}

/// The commands that help, each once; clockguard refuses to touch certificates while the clock is
/// not trusted.
void add_fix(ReportFinding& report, const std::string& advice, bool clock_trusted)
{
    const bool ours = advice.starts_with("clockguard ");
    if (!ours && !advice.starts_with("microk8s "))
        return;
    const std::string command = "sudo " + advice;
    if (std::ranges::find(report.fixes, command, &ReportFix::command) != report.fixes.end())
        return;
    report.fixes.push_back(
        {command, ours ? "none" : "restarts_microk8s",
         clock_trusted ? "keeps a backup" : "refused until the clock is trusted"});
}

ReportFinding to_one(const std::vector<const Finding*>& group, std::size_t total,
                     bool clock_trusted)
{
    ReportFinding report{.code = group.front()->code,
                         .status = to_status(group.front()->severity),
                         .title = title_of(group.front()->code, group.size(), total),
                         .confidence = clock_trusted ? "certain" : "likely",
                         .checks = {"certs.validity"}};
    for (const Finding* finding : group) {
        report.cause += fmt::format("{}{} {}", report.cause.empty() ? "" : "\n", finding->subject,
                                    finding->message);
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
    ReportCheck check{.id = "certs.validity", .title = "MicroK8s certificates"};
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
        for (const JudgedCertificate& judged : certs.certificates)
            if (was_looked_at(judged))
                report.certificates.push_back(to_report(judged, certs.now));
        for (ReportFinding& finding : grouped(certs, total, seen.clock_trusted || !seen.live))
            report.findings.push_back(std::move(finding));
    }
    report.checks.push_back(check);
}

}  // namespace clockguard
