// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/fixes.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

std::string risk_of(Restarts restarts)
{
    switch (restarts) {
    case Restarts::Nothing:
        return "none";
    case Restarts::Pods:
        return "restarts_pods";
    case Restarts::Kubernetes:
        return "restarts_kubernetes";
    case Restarts::Microk8s:
        return "restarts_microk8s";
    }
    return {};
}

/// What it keeps, where nothing has to be known before.
std::string first_to_know(const CommandLine& command, bool clock_trusted)
{
    if (clock_trusted || command.dated_by == DatedBy::Nothing)
        return command.keeps;
    return command.dated_by == DatedBy::VerifiedClock
               ? "refused until the clock is verified"
               : "uses the system clock for the dates: run it once the clock is verified";
}

std::string note_on(const Advice& advice, bool clock_trusted)
{
    std::vector<std::string> notes;
    if (!advice.words.empty())
        notes.push_back(advice.words);
    if (advice.command.moves_aside)
        notes.emplace_back("the old files stay beside, as .old");
    if (const auto first = first_to_know(advice.command, clock_trusted); !first.empty())
        notes.push_back(first);
    return joined(notes, "; ");
}

bool is_about_rtc(const ReportFinding& finding)
{
    return std::ranges::any_of(finding.checks,
                               [](const std::string& check) { return check.starts_with("rtc."); });
}

}  // namespace

std::vector<ReportFix> fixes_for(std::string_view code, const CommandTarget& here)
{
    const auto remedy = remedy_for(code, here);
    if (!remedy)
        return {};
    return {{.command = remedy->command,
             .risk = remedy->risk,
             .note = remedy->on.empty() ? remedy->note : fmt::format("on {}", remedy->on),
             .on = remedy->on,
             .is_choice = remedy->choice}};
}

std::vector<ReportFix> fixes_of(const Advice& advice, bool clock_trusted)
{
    if (advice.command.empty())
        return {};
    return {{.command = to_text(advice.command),
             .risk = risk_of(advice.command.restarts),
             .note = note_on(advice, clock_trusted),
             .on = advice.command.on,
             .is_choice = advice.command.is_choice,
             .waits_for_clock = !clock_trusted && advice.command.dated_by != DatedBy::Nothing,
             .looks = advice.command.looks}};
}

std::vector<ReportFix> fixes_in_order(const Report& report)
{
    std::vector<ReportFinding> findings = report.findings;
    std::stable_partition(findings.begin(), findings.end(), is_about_rtc);
    std::vector<ReportFix> all;
    for (const ReportFinding& finding : findings)
        for (const ReportFix& fix : finding.fixes)
            if (std::ranges::find(all, fix.command, &ReportFix::command) == all.end())
                all.push_back(fix);
    return all;
}

}  // namespace clockguard
