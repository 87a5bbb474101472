// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_outcome.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "clockguard/core/certs/backup_table.hpp"
#include "clockguard/core/certs/ca_copies.hpp"
#include "clockguard/core/report/certs_report.hpp"

namespace clockguard {
namespace {

std::string dates(const CertFacts& facts)
{
    return fmt::format("{} .. {}", to_minutes(facts.not_before), to_minutes(facts.not_after));
}

std::string action_text(const Renewal& renewal, bool is_plan)
{
    const std::string& name = renewal.action.name;
    switch (renewal.action.kind) {
    case CertActionKind::Redate:
        return fmt::format("{} '{}': {} (was {})", is_plan ? "would re-date" : "re-dated", name,
                           dates(renewal.after), dates(renewal.before));
    case CertActionKind::Reissue:
        return fmt::format("{} '{}': {} (was {})", is_plan ? "would re-issue" : "re-issued", name,
                           dates(renewal.after), dates(renewal.before));
    case CertActionKind::Embed:
    case CertActionKind::EmbedPair:
        return fmt::format("{} '{}': the copies embedded in it",
                           is_plan ? "would update" : "updated", name);
    }
    return {};
}

/// Worst first.
std::array<const std::vector<Finding>*, 4> all_problems(const Refreshed& result)
{
    return {&result.failed, &result.refused, &result.unknown, &result.warned};
}

std::string problem_lines(const std::vector<Finding>& findings, std::string_view root)
{
    std::string text;
    for (const Finding& finding : findings) {
        text += fmt::format("{} '{}' {}\n", finding.code, finding.subject, finding.message);
        if (!finding.advice.empty())
            text += fmt::format("  {}\n", to_text(for_disk(finding.advice, root)));
    }
    return text;
}

/// The re-dated certificates of which others hold copies, that of the database first: while it is
/// dated in the future, the other nodes cannot connect.
std::vector<std::string> redated_and_copied(const Refreshed& result)
{
    std::vector<std::string> names;
    for (const Renewal& renewal : result.done)
        if (renewal.action.kind == CertActionKind::Redate &&
            !copy_holders(renewal.action.name, result.role).empty())
            names.insert(names.begin(), renewal.action.name);
    return names;
}

std::string copies_title(const std::string& name, const Refreshed& result, bool is_plan)
{
    return fmt::format("'{}' {} new dates. These hold a copy and must fetch the new one{}:", name,
                       is_plan ? "would get" : "got",
                       result.root == "/" ? "" : ", on the machines themselves, not on this one");
}

std::string copies_lines(const Refreshed& result, bool is_plan)
{
    std::string text;
    for (const std::string& name : redated_and_copied(result)) {
        text += fmt::format("CG219 {}\n", copies_title(name, result, is_plan));
        for (const CopyHolder& holder : copy_holders(name, result.role))
            text += fmt::format("  {} ({}):\n    {}{}{}\n", holder.who, holder.what, holder.how,
                                holder.then.empty() ? "" : ", ", holder.then);
    }
    return text;
}

ReportFinding copies_finding(const std::string& name, const Refreshed& result, bool is_plan)
{
    ReportFinding report{.code = "CG219",
                         .status = Status::Warning,
                         .detail = name,
                         .cause = copies_title(name, result, is_plan),
                         .checks = {"certs.validity"}};
    for (const CopyHolder& holder : copy_holders(name, result.role))
        report.fixes.push_back({holder.how, holder.risk,
                                fmt::format("{}: {}{}{}", holder.who, holder.what,
                                            holder.then.empty() ? "" : "; ", holder.then)});
    return report;
}

/// Check ids are words joined by dots.
std::string id_of(const std::string& name)
{
    std::string id = "certs.refresh." + name;
    std::ranges::replace(id, '-', '_');
    return id;
}

}  // namespace

ExitCode exit_code_of(const Refreshed& result)
{
    if (!result.failed.empty())
        return result.needs_root ? ExitCode::NeedsRoot : ExitCode::Critical;
    if (!result.refused.empty())
        return ExitCode::Refused;
    return result.unknown.empty() ? ExitCode::Healthy : ExitCode::Undetermined;
}

bool needs_restart(const Refreshed& result)
{
    return std::ranges::any_of(result.done, [](const Renewal& renewal) {
        return renewal.action.name != "server" && renewal.action.name != "front-proxy-client" &&
               renewal.action.name != "front-proxy-ca";
    });
}

std::string refresh_text(const Refreshed& result, bool is_plan)
{
    std::string text = result.last_start.empty() ? "" : result.last_start + "\n";
    for (const Renewal& renewal : result.done)
        text += action_text(renewal, is_plan) + "\n";
    for (const auto* findings : all_problems(result))
        text += problem_lines(*findings, result.root);
    text += copies_lines(result, is_plan);
    if (!result.backup.empty())
        text += how_to_go_back(result.backup, result.root);
    for (const std::string& line : result.served)
        text += line + "\n";
    return text;
}

void add_refreshed(Report& report, const Refreshed& result, bool is_plan)
{
    for (const Renewal& renewal : result.done)
        report.checks.push_back({.id = id_of(renewal.action.name),
                                 .title = renewal.action.name,
                                 .detail = action_text(renewal, is_plan)});
    for (const auto* findings : all_problems(result))
        for (const Finding& finding : *findings)
            report.findings.push_back(to_report(for_disk(finding, result.root), true));
    for (const std::string& name : redated_and_copied(result))
        report.findings.push_back(copies_finding(name, result, is_plan));
    if (!result.last_start.empty())
        report.checks.push_back({.id = "microk8s.last_start",
                                 .title = "containerd's last start",
                                 .detail = result.last_start});
    report.verdict.exit_code = static_cast<int>(exit_code_of(result));
}

}  // namespace clockguard
