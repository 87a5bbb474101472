// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_cause.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/clock/host_witness.hpp"
#include "clockguard/core/clock/time_sync_words.hpp"
#include "clockguard/core/report/cause.hpp"
#include "clockguard/core/report/fixes.hpp"
#include "clockguard/core/report/recurrence.hpp"

namespace clockguard {
namespace {

std::optional<ClaimedStart> network_now(const Evidence& seen)
{
    if (!seen.clock_trusted || !seen.verdict.from_network)
        return std::nullopt;
    return start_by(*seen.verdict.from_network, seen.booted, "network time");
}

/// What the boot's record lacks is taken from now: the log still has the kernel's line, and the
/// host still tells its time. Another hypervisor's clock says nothing of a Hyper-V host.
BootStarts starts_of(const Evidence& seen)
{
    BootStarts starts = seen.starts;
    if (const ClockEvent* const set = rtc_event(seen.history.events))
        starts.rtc = start_by(*set);
    if (starts.host && starts.host->by != hyperv_clock)
        starts.host.reset();
    if (!starts.host && seen.hosts.front().offset)
        starts.host = start_by(*seen.hosts.front().offset, seen.booted, seen.hosts.front().clock);
    if (!starts.network)
        starts.network = network_now(seen);
    return starts;
}

CauseEvidence evidence_of(const Evidence& seen)
{
    CauseEvidence evidence{.starts = starts_of(seen),
                           .network_now = network_now(seen),
                           .events = seen.history.events,
                           .ratchets = seen.ratchets,
                           .now = seen.now,
                           .on_hyperv = is_hyperv(seen.hosts.front().state),
                           .first_on_record = seen.boots.newest_first.size() <= 1};
    if (!seen.rtcs.empty() && seen.rtcs.front().reading) {
        evidence.zone = seen.rtcs.front().zone;
        evidence.rtc_now = ahead_of_system(*seen.rtcs.front().reading);
    }
    return evidence;
}

/// The others need nothing to be done.
bool has_finding(CauseKind kind)
{
    return kind != CauseKind::RightStart && kind != CauseKind::SavedState;
}

bool is_hosts_fault(CauseKind kind)
{
    return kind == CauseKind::HostWrong || kind == CauseKind::HostClamps;
}

std::string next_words(const NextBoot& next)
{
    return fmt::format("The next boot {}.", next.words);
}

std::string sentence(const std::string& text)
{
    return fmt::format("{}{}.", in_capitals(text.substr(0, 1)), text.substr(1));
}

/// A cause that is past is no finding: the next boot is right, and no host will make it wrong
/// again.
bool is_worth_a_finding(const Cause& cause, const NextBoot& next)
{
    if (!has_finding(cause.kind) || cause.code.empty())
        return false;
    return is_hosts_fault(cause.kind) || (next.known && next.by != CauseKind::RightStart);
}

void add_finding(const Cause& cause, const NextBoot& next, const CommandTarget& here,
                 Report& report)
{
    const ReportFinding finding{.code = cause.code,
                                .cause = sentence(cause.why) + "\n" + next_words(next),
                                .confidence =
                                    cause.kind == CauseKind::Undetermined ? "possible" : "likely",
                                .checks = {"boot.cause"},
                                .fixes = fixes_for(cause.code, here)};
    report.findings.push_back(finding);
}

/// What will make the next boot wrong although this one started right.
Cause cause_to_come(const NextBoot& next)
{
    return {.kind = next.by,
            .code = code_of(next.by),
            .why = "this boot did not start wrong for that reason"};
}

void check_recurrence(const Evidence& seen, Report& report)
{
    ReportCheck check{.id = "boot.recurrence", .title = "Starts of the last boots"};
    const Recurrence recurrence = find_recurrence(seen.boots.newest_first);
    check.detail = recurrence.words;
    if (recurrence.judged == 0) {
        check.status = Status::Skipped;
        check.skipped_because = recurrence.words;
    } else if (recurrence.returns) {
        check.status = Status::Warning;
        report.findings.push_back({.code = "CG137",
                                   .cause = sentence(recurrence.words),
                                   .confidence = "certain",
                                   .checks = {check.id},
                                   .fixes = fixes_for("CG137", seen.here)});
    }
    report.checks.push_back(check);
    for (const std::string& why : seen.boots.unreadable)
        report.checks.push_back({.id = "boot.records",
                                 .status = Status::Unknown,
                                 .title = "A record of an earlier boot",
                                 .detail = why});
}

}  // namespace

Span standstill(const Evidence& seen)
{
    return seen.live ? find_cause(evidence_of(seen)).still : Span{0};
}

ReportCheck to_check(const Cause& cause, const BootStarts& starts)
{
    ReportCheck check{.id = "boot.cause", .title = "Why the boot started as it did"};
    if (cause.kind == CauseKind::Undetermined && !ahead_of(starts.rtc, starts.network)) {
        check.status = Status::Skipped;
        check.skipped_because = cause.why;
        return check;
    }
    if (cause.kind == CauseKind::Undetermined) {
        check.status = Status::Unknown;
        check.detail = cause.why;
        return check;
    }
    const std::string letter = letter_of(cause.kind);
    check.detail = fmt::format("{}{} ({})", letter == "-" ? "" : fmt::format("cause {}: ", letter),
                               cause.why, numbers_of(starts));
    return check;
}

void check_cause(const Evidence& seen, Report& report)
{
    if (!seen.live)
        return;
    const CauseEvidence evidence = evidence_of(seen);
    const Cause cause = find_cause(evidence);
    const NextBoot next = predict_next_boot(evidence);
    ReportCheck check = to_check(cause, evidence.starts);
    if (is_worth_a_finding(cause, next)) {
        check.status = Status::Warning;
        add_finding(cause, next, seen.here, report);
    } else if (next.by == CauseKind::HostClamps || next.by == CauseKind::Ratchet) {
        add_finding(cause_to_come(next), next, seen.here, report);
    }
    report.checks.push_back(check);
    ReportCheck coming{.id = "boot.next", .title = "The next boot"};
    coming.status = next.known ? Status::Ok : Status::Skipped;
    (next.known ? coming.detail : coming.skipped_because) = next.words;
    report.checks.push_back(coming);
    check_recurrence(seen, report);
}

}  // namespace clockguard
