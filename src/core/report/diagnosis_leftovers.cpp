// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_leftovers.hpp"

#include <fmt/core.h>

#include "clockguard/core/certs/leftovers.hpp"
#include "clockguard/core/report/fixes.hpp"

namespace clockguard {
namespace {

constexpr const char* check_id = "microk8s.leftovers";

ReportFinding to_one(const Finding& finding, const Evidence& seen)
{
    return {.code = finding.code,
            .status = Status::Warning,
            .cause = fmt::format("{} {}", finding.subject, finding.message),
            .confidence = seen.clock_trusted ? "certain" : "likely",
            .checks = {check_id},
            .fixes = fixes_of(finding.advice, seen.clock_trusted)};
}

}  // namespace

void check_leftovers(const Evidence& seen, Report& report)
{
    if (!seen.leftovers.calico && !seen.leftovers.containerd_last_start)
        return;
    const auto findings = judge_leftovers(seen.leftovers, seen.now);
    report.checks.push_back(
        {.id = check_id,
         .status = findings.empty() ? Status::Ok : Status::Warning,
         .title = "What a wrong clock left in MicroK8s",
         .detail = findings.empty() ? "no date is in the future" : "some dates are in the future"});
    for (const Finding& finding : findings)
        report.findings.push_back(to_one(finding, seen));
}

}  // namespace clockguard
