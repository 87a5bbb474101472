// SPDX-License-Identifier: Apache-2.0
// The checks of all rooms as one diagnosis: its verdict, its impact and its story.
#include "clockguard/core/report/diagnosis.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/base/exit_code.hpp"
#include "clockguard/core/report/certs_report.hpp"
#include "clockguard/core/report/diagnosis_cause.hpp"
#include "clockguard/core/report/diagnosis_certs.hpp"
#include "clockguard/core/report/diagnosis_clock.hpp"
#include "clockguard/core/report/diagnosis_gate.hpp"
#include "clockguard/core/report/diagnosis_hyperv.hpp"
#include "clockguard/core/report/diagnosis_leftovers.hpp"
#include "clockguard/core/report/diagnosis_rtc.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

bool has_finding(const Report& report, std::string_view code)
{
    return std::ranges::find(report.findings, code, &ReportFinding::code) != report.findings.end();
}

Status worst_finding(const Report& report)
{
    Status worst = Status::Ok;
    for (const ReportFinding& finding : report.findings)
        if (finding.status != Status::Unknown)
            worst = std::max(worst, finding.status);
    return worst;
}

/// Whether there was anything at all to judge, and whether what there was could be read.
bool is_undetermined(const Evidence& seen)
{
    const bool nothing = !seen.live && !seen.certs && seen.rtcs.empty() &&
                         !seen.history.last_wall && seen.history.events.empty();
    const bool certs_unread = seen.certs && certs_status(*seen.certs) == Status::Unknown;
    return nothing || certs_unread || !seen.certs_error.empty();
}

/// Of a journal that there is: what was not read of it may hold a fault.
bool is_partly_read(const BootHistory& history)
{
    return !history.error.empty() && (history.last_wall || !history.events.empty());
}

std::string healthy_words(const Evidence& seen)
{
    if (!seen.live)
        return seen.certs ? "The certificates on this disk are valid now"
                          : "No fault was found on this disk";
    return seen.certs ? fmt::format("Clock and {} certificates are healthy", seen.distribution)
                      : fmt::format("The clock is healthy; {}", seen.certs_skipped);
}

/// Of a clock that is known to be wrong: whatever was dated by it, or is judged by it, comes after.
const ReportFinding* wrong_clock(const Report& report)
{
    for (const ReportFinding& finding : report.findings)
        for (const char* code : {"CG110", "CG302", "CG305", "CG307"})
            if (finding.code == code)
                return &finding;
    return nullptr;
}

/// The sentence for the gravest finding; the order is that of what hurts most.
std::string summary_of(const Evidence& seen, const Report& report)
{
    if (const ReportFinding* clock = wrong_clock(report))
        return title_of(*clock);
    if (has_finding(report, "CG201"))
        return seen.distribution + " certificates are dated in the future";
    if (has_finding(report, "CG202"))
        return seen.distribution + " certificates have expired";
    for (const ReportFinding& finding : report.findings)
        if (finding.status == worst_finding(report) && finding.status != Status::Ok)
            return title_of(finding);
    return healthy_words(seen);
}

std::string kubectl_until(const CertsVerdict& certs)
{
    Instant last = certs.now;
    for (const JudgedCertificate& judged : certs.certificates)
        if (judged.state == CertState::NotYetValid)
            last = std::max<Instant>(last, judged.certificate.facts.not_before);
    return fmt::format("kubectl fails until {} UTC (in {}) or until they are re-issued.",
                       to_plain_text(last), to_text(last - certs.now));
}

/// A worker has no API server of its own: with a bad certificate its kubelet is not let in.
bool is_worker(const CertsVerdict& certs)
{
    return std::ranges::any_of(certs.certificates, [](const JudgedCertificate& judged) {
        return judged.certificate.place.name == "ca.remote";
    });
}

bool has_bad_dates(const JudgedCertificate& judged)
{
    return judged.state == CertState::NotYetValid || judged.state == CertState::Expired;
}

/// Its kubelet shows one certificate to the control plane, its kube-proxy another.
std::string impact_on_a_worker(const CertsVerdict& certs)
{
    const bool only_the_proxys =
        std::ranges::all_of(certs.certificates, [](const JudgedCertificate& judged) {
            return !has_bad_dates(judged) || judged.certificate.place.name.starts_with("proxy");
        });
    return only_the_proxys
               ? "This node's Services go stale: the control plane refuses its kube-proxy."
               : "This node goes NotReady: the control plane refuses its kubelet.";
}

std::string impact_of(const Evidence& seen, const Report& report)
{
    if (const ReportFinding* clock = wrong_clock(report)) {
        if (!seen.live)
            return "Dates on this disk are judged by a wrong clock.";
        // The record that contradicts the clock may be the one that is wrong.
        return fmt::format("Certificates and tokens issued now {} wrong dates.",
                           clock->code == "CG307" ? "may carry" : "carry");
    }
    const bool is_dated_wrong = has_finding(report, "CG201") || has_finding(report, "CG202");
    if (is_dated_wrong && is_worker(*seen.certs))
        return impact_on_a_worker(*seen.certs);
    if (has_finding(report, "CG201"))
        return kubectl_until(*seen.certs);
    if (has_finding(report, "CG202"))
        return "kubectl fails until they are re-issued.";
    if (has_finding(report, "CG103"))
        return "The next boot will start at a wrong time.";
    return {};
}

std::string unread_summary(const CertsVerdict& certs)
{
    const bool is_denied =
        std::ranges::any_of(certs.certificates, [](const JudgedCertificate& judged) {
            return judged.certificate.is_denied;
        });
    return is_denied ? "Some certificates cannot be read; run as root (sudo)"
                     : "Some certificates cannot be judged; see: sudo clockguard certs check";
}

ReportVerdict verdict_of(const Evidence& seen, const Report& report)
{
    ReportVerdict verdict{.status = worst_finding(report),
                          .summary = summary_of(seen, report),
                          .impact = impact_of(seen, report)};
    verdict.exit_code = static_cast<int>(verdict.status == Status::Critical ? ExitCode::Critical
                                                                            : ExitCode::Healthy);
    if (has_finding(report, "CG405")) {
        verdict.exit_code = static_cast<int>(ExitCode::Configuration);
        return verdict;
    }
    if (verdict.status == Status::Ok && is_partly_read(seen.history)) {
        verdict.status = Status::Unknown;
        verdict.exit_code = static_cast<int>(ExitCode::Undetermined);
        verdict.summary = "Not all of the journal was read";
        verdict.impact = fmt::format("A fault may be in the rest: {}.", seen.history.error);
    }
    if (verdict.status == Status::Critical || !is_undetermined(seen))
        return verdict;
    verdict.status = Status::Unknown;
    verdict.exit_code = static_cast<int>(ExitCode::Undetermined);
    verdict.summary =
        !seen.certs_error.empty() ? seen.certs_error
        : seen.certs
            ? unread_summary(*seen.certs)
            : fmt::format("Nothing to check here: no clock, no {}, no journal", seen.distribution);
    return verdict;
}

/// When a certificate was dated by the clock that the RTC had set, this is when after boot that
/// was: a certificate carries the wrong clock's time in its notBefore.
std::optional<Span> issued_at(const Certificate& certificate, const Evidence& seen)
{
    const ClockEvent* const rtc = rtc_event(seen.history.events);
    if (rtc == nullptr || !seen.live)
        return std::nullopt;
    const Instant booted_then = start_by(*rtc).at;
    const Span after_boot = Instant{certificate.facts.not_before} - booted_then;
    if (after_boot < Span{0} || after_boot > seen.uptime)
        return std::nullopt;
    return after_boot;
}

/// Certificates issued within these of each other came from one run of their maker.
constexpr Span one_run = 5s;

void add_issue(std::vector<StoryEvent>& events, const Certificate& certificate, Span after_boot)
{
    const auto same_run = [&](const StoryEvent& event) {
        return abs(event.uptime - after_boot) <= one_run;
    };
    const auto known = std::ranges::find_if(events, same_run);
    if (known != events.end())
        known->event += fmt::format(", {}", certificate.place.name);
    else
        events.push_back({.uptime = after_boot,
                          .recorded = certificate.facts.not_before,
                          .event = fmt::format("certificates issued: {}", certificate.place.name),
                          .source = "x509 notBefore"});
}

std::vector<StoryEvent> issues(const Evidence& seen)
{
    std::vector<StoryEvent> events;
    if (!seen.certs)
        return events;
    for (const auto& [certificate, state] : seen.certs->certificates)
        if (const auto after_boot = issued_at(certificate, seen);
            after_boot && state == CertState::NotYetValid)
            add_issue(events, certificate, *after_boot);
    for (StoryEvent& event : events)
        if (seen.clock_trusted)
            event.corrected =
                booted_for(event.uptime, seen.booted, seen.history.events) + event.uptime;
    return events;
}

std::vector<StoryEvent> story_of(const Evidence& seen)
{
    const auto booted = seen.live && seen.clock_trusted ? std::optional{seen.booted} : std::nullopt;
    auto story = to_timeline(seen.history.events, booted);
    for (StoryEvent& event : issues(seen))
        story.push_back(std::move(event));
    std::ranges::stable_sort(story, {}, &StoryEvent::uptime);
    return story;
}

}  // namespace

void diagnose(const Evidence& evidence, Report& report)
{
    Evidence seen = evidence;
    seen.hosts = judged_hosts(evidence);
    mark_standstill(seen.history.events, standstill(seen));
    check_clock(seen, report);
    check_certificates(seen, report);  // before the clocks: what is broken comes before its cause
    check_leftovers(seen, report);
    check_rtcs(seen, report);
    check_boot(seen, report);
    check_cause(seen, report);
    check_hosts(seen, report);
    check_gate(seen, report);
    check_units(seen, report);
    std::ranges::stable_sort(report.findings, std::ranges::greater{},
                             [](const ReportFinding& finding) { return finding.status; });
    report.timeline = story_of(seen);
    report.verdict = verdict_of(seen, report);
}

}  // namespace clockguard
