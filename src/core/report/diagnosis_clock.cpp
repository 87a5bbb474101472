// SPDX-License-Identifier: Apache-2.0
// The checks of the system clock: its witnesses, chronyd's reasons, and the start of the boot.
#include "clockguard/core/report/diagnosis_clock.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/report/diagnosis_cause.hpp"
#include "clockguard/core/report/fixes.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

bool made_a_statement(const Finding& finding)
{
    return finding.reason == Reason::Agrees || finding.reason == Reason::Unclear ||
           finding.reason == Reason::Contradicts;
}

/// A source that made no statement was not checked, and says why; a floor's silence is consent. A
/// statement that policy gives no weight is one all the same.
ReportCheck witness_check(const Finding& finding)
{
    ReportCheck check = to_check(finding);
    if (finding.reason != Reason::Plausible &&
        !(check.status == Status::Skipped && made_a_statement(finding)))
        return check;
    const bool contradicts = finding.reason == Reason::Contradicts;
    ReportCheck heard{.id = check.id, .title = check.title, .detail = check.skipped_because};
    if (contradicts) {
        heard.status = Status::Warning;
        heard.detail += " (policy does not accept this source)";
    }
    return heard;
}

ReportFinding clock_finding(const Evidence& seen, std::string code, Status status)
{
    auto fixes = fixes_for(code, seen.here);
    return {.code = std::move(code),
            .status = status,
            .checks = {"clock.trust"},
            .fixes = std::move(fixes)};
}

bool refuted_by(const Verdict& verdict, WitnessKind witness)
{
    return std::ranges::any_of(verdict.findings, [&](const Finding& finding) {
        return finding.witness == witness && finding.reason == Reason::Contradicts &&
               finding.severity == Severity::Failure;
    });
}

ReportFinding wrong_clock(const Evidence& seen)
{
    if (refuted_by(seen.verdict, WitnessKind::Build))
        return clock_finding(seen, "CG110", Status::Critical);
    if (refuted_by(seen.verdict, WitnessKind::Chrony))
        return clock_finding(seen, "CG305", Status::Critical);
    if (refuted_by(seen.verdict, WitnessKind::Record))
        return clock_finding(seen, "CG307", Status::Critical);
    return clock_finding(seen, "CG302", Status::Critical);
}

/// Network time has overruled it, and whatever was dated in that boot is dated wrong.
ReportFinding overruled_record(const Evidence& seen, const Finding& finding)
{
    return {.code = finding.code,
            .status = Status::Critical,
            .cause = finding.message,
            .checks = {"clock.last_good"},
            .fixes = fixes_for(finding.code, seen.here)};
}

/// What the source that would decide says, though it is not enough.
bool chrony_says(const Evidence& seen, Reason reason)
{
    return std::ranges::any_of(seen.verdict.findings, [&](const Finding& finding) {
        return finding.witness == WitnessKind::Chrony && finding.reason == reason;
    });
}

/// By chronyd, or by timesyncd.
bool agrees_with_a_local_server(const Evidence& seen)
{
    return std::ranges::any_of(seen.verdict.findings, [](const Finding& finding) {
        return finding.basis.ground == Ground::LocalOnly;
    });
}

ReportFinding unverified_clock(const Evidence& seen)
{
    if (chrony_says(seen, Reason::Agrees) || agrees_with_a_local_server(seen))
        return clock_finding(seen, "CG308", Status::Warning);
    if (chrony_says(seen, Reason::Unclear))
        return clock_finding(seen, "CG309", Status::Warning);
    if (seen.chrony_answers)
        return clock_finding(seen, "CG301", Status::Warning);
    if (seen.keepers.chrony_running || seen.keepers.chrony_started)
        return clock_finding(seen, "CG304", Status::Warning);
    if (seen.keepers.chrony_installed)
        return clock_finding(seen, "CG303", Status::Warning);
    ReportFinding finding = clock_finding(seen, "CG301", Status::Warning);
    finding.detail = "chrony is not installed";
    return finding;
}

/// A chronyd that answers, and knows no time yet.
bool has_no_source(const Evidence& seen)
{
    return seen.chrony_answers &&
           std::ranges::any_of(seen.verdict.findings, [](const Finding& finding) {
               return finding.witness == WitnessKind::Chrony && finding.reason == Reason::Silent;
           });
}

/// Why the clock is not verified. NTS gets its keys on TCP port 4460, which a firewall that lets
/// UDP 123 through may still block; chronyd does not tell that from a server that is down.
std::string why_unverified(const Evidence& seen)
{
    if (!seen.chrony_conf.asks_with_nts || !has_no_source(seen))
        return seen.trust_reason;
    return seen.trust_reason +
           "; its servers are asked with NTS, which needs TCP port 4460 beside UDP port 123 (sudo "
           "chronyc -N authdata)";
}

/// Why the kernel's flag tells nothing; empty where it does.
std::string why_rtcsync_is_skipped(const Evidence& seen)
{
    if (!seen.kernel_unsynchronized || !seen.clock_trusted || seen.vouched != WitnessKind::Chrony)
        return "only checked while chronyd keeps the time";
    if (seen.chrony_conf.has_rtcfile)
        return "rtcfile in chrony.conf: chronyd itself keeps the drift of the hardware clock";
    if (seen.rtcs.empty())
        return "there is no hardware clock to keep";
    return {};
}

/// Why the kernel does not keep the RTC right, though chronyd knows the time.
std::string why_unsynchronized(const ChronyConf& conf)
{
    const std::string seen = "chronyd is synchronised but the kernel flag says it is not";
    if (!conf.is_known)
        return seen + "; whether chrony.conf has rtcsync is not known";
    return seen + (conf.has_rtcsync ? ", though chrony.conf has rtcsync: the flag follows with the "
                                      "next update after a step, and never with chronyd -x"
                                    : ": rtcsync is missing");
}

/// chronyd clears the kernel's flag only with rtcsync, and only then the kernel writes the RTC.
void check_rtcsync(const Evidence& seen, Report& report)
{
    ReportCheck check{.id = "clock.rtcsync", .title = "RTC kept in step by the kernel"};
    check.skipped_because = why_rtcsync_is_skipped(seen);
    if (!check.skipped_because.empty()) {
        check.status = Status::Skipped;
    } else if (!*seen.kernel_unsynchronized) {
        check.detail = "the kernel flag says that the clock is synchronised";
    } else {
        const ChronyConf& conf = seen.chrony_conf;
        const bool is_missing = conf.is_known && !conf.has_rtcsync;
        check.status = is_missing ? Status::Warning : Status::Unknown;
        check.detail = why_unsynchronized(conf);
        if (is_missing)
            report.findings.push_back({.code = "CG120",
                                       .cause = "chronyd runs without rtcsync, so the kernel never "
                                                "writes the hardware clock.",
                                       .checks = {check.id},
                                       .fixes = fixes_for("CG120", seen.here)});
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

/// Why the date is impossible that the clock showed last; empty where it is not. This program may
/// have been built after a disk was last used, but seldom years after. Of a live machine's clock
/// that is behind, the verdict tells.
std::string why_impossible(const Evidence& seen)
{
    constexpr std::chrono::years unused_disk{2};
    constexpr std::chrono::years beyond_use{50};
    if (seen.floor.built == Instant{})
        return {};
    if (seen.live)
        return seen.now > seen.floor.built + beyond_use
                   ? fmt::format("The clock shows {}, decades after this program was built ({}).",
                                 to_plain_text(seen.now), to_plain_text(seen.floor.built))
                   : "";
    if (!seen.history.last_wall)
        return {};
    const std::string shown = to_plain_text(*seen.history.last_wall);
    if (*seen.history.last_wall < seen.floor.built - unused_disk)
        return fmt::format("The last boot of this disk ran at {}, years before this program was "
                           "built ({}).",
                           shown, to_plain_text(seen.floor.built));
    if (*seen.history.last_wall > seen.now + 1h)
        return fmt::format("The last boot of this disk ran at {}, which is still to come: it is {} "
                           "by this machine's clock.",
                           shown, to_plain_text(seen.now));
    return {};
}

void check_date(const Evidence& seen, ReportCheck& check, Report& report)
{
    const std::string why = why_impossible(seen);
    if (why.empty())
        return;
    check.status = Status::Warning;
    check.detail += "; the date is impossible";
    report.findings.push_back({.code = "CG113", .cause = why, .checks = {check.id}});
}

/// "chronyd found it 30 d 00:00:00 off"
std::string finding_of(const ClockEvent& found)
{
    return fmt::format("{} found it {}", found.source,
                       found.amount == Span{0}
                           ? "too far off"
                           : fmt::format("{} off", to_hms_text(abs(found.amount))));
}

/// What nothing stepped. While the clock is still so wrong, the verdict tells it.
void check_wrong_clock(const Evidence& seen, ReportCheck& check, Report& report)
{
    const ClockEvent* const found = never_stepped(seen.history.events);
    const bool is_told = std::ranges::any_of(
        report.findings, [](const ReportFinding& finding) { return finding.code == "CG305"; });
    if (found == nullptr || is_told || was_guarded(seen))
        return;
    check.status = Status::Warning;
    check.detail += fmt::format("; {}, and nothing stepped it", finding_of(*found));
    report.findings.push_back(
        {.code = "CG114",
         .detail = fmt::format("{}, {} after boot", finding_of(*found), to_text(found->since_boot)),
         .cause = "Certificates, tokens and leases issued meanwhile carry wrong dates.",
         .checks = {check.id}});
}

/// What was not read may hold a step as well.
void tell_what_was_not_read(const Evidence& seen, ReportCheck& check)
{
    if (seen.history.error.empty())
        return;
    if (check.status == Status::Ok)
        check.status = Status::Unknown;
    check.detail += "; " + seen.history.error;
}

}  // namespace

void check_clock(const Evidence& seen, Report& report)
{
    ReportCheck check{.id = "clock.trust", .title = "System clock", .detail = seen.trust_reason};
    if (!seen.live) {
        check.status = Status::Skipped;
        check.skipped_because = "this is an offline disk, its clock cannot be read";
        report.checks.push_back(check);
        if (refuted_by(seen.verdict, WitnessKind::Build)) {
            ReportFinding finding = clock_finding(seen, "CG110", Status::Critical);
            finding.cause = seen.trust_reason;
            report.findings.push_back(finding);
        }
        return;
    }
    report.clocks.push_back({.id = "system", .readable = true, .time = seen.now});
    if (!seen.clock_trusted) {
        ReportFinding finding =
            seen.verdict.trust == Trust::Wrong ? wrong_clock(seen) : unverified_clock(seen);
        finding.cause = why_unverified(seen);
        check.status = finding.status;
        report.findings.push_back(finding);
    }
    report.checks.push_back(check);
    for (const Finding& finding : seen.verdict.findings) {
        report.checks.push_back(witness_check(finding));
        if (finding.reason == Reason::Overruled)
            report.findings.push_back(overruled_record(seen, finding));
    }
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
    check.detail = abs(step) < harmful
                       ? fmt::format("no large clock step{}", since_boot(seen))
                       : fmt::format("stepped {}{}", to_movement(step), since_boot(seen));
    if (const Span away = time_away(seen.history.events); away >= harmful)
        check.detail += fmt::format("; the machine slept or was paused for {}", to_hms_text(away));
    if (abs(step) >= harmful && !was_guarded(seen)) {
        check.status = Status::Warning;
        report.findings.push_back(
            {.code = "CG111",
             .detail = to_movement(step),
             .cause = "Certificates, tokens and leases issued before the step carry wrong dates.",
             .checks = {check.id}});
    }
    if (const std::string late = late_begin(seen.history); !late.empty())
        check.detail += "; " + late;
    check_wrong_clock(seen, check, report);
    check_date(seen, check, report);
    tell_what_was_not_read(seen, check);
    report.checks.push_back(check);
}

}  // namespace clockguard
