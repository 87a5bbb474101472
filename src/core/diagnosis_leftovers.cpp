// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/diagnosis_leftovers.hpp"

#include <fmt/format.h>

#include "clockguard/core/certs_report.hpp"
#include "clockguard/core/leftovers.hpp"

namespace clockguard {
namespace {

constexpr const char* check_id = "microk8s.leftovers";

std::string first_of(const std::string& code)
{
    if (code == "CG411")
        return "Calico's token is from the future";
    return code == "CG413" ? "containerd's last start is from the future"
                           : "CronJobs may stand still";
}

ReportFinding to_one(const Finding& finding, bool is_certain)
{
    const bool restarts = finding.code == "CG411";
    return {.code = finding.code,
            .status = Status::Warning,
            .title = first_of(finding.code),
            .cause = fmt::format("{} {}", finding.subject, finding.message),
            .confidence = is_certain ? "certain" : "likely",
            .checks = {check_id},
            .fixes = {{"sudo " + finding.advice, restarts ? "restarts_pods" : "none", ""}}};
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
         .detail = findings.empty() ? "nothing of it is from the future" : "from the future"});
    for (const Finding& finding : findings)
        report.findings.push_back(to_one(finding, seen.clock_trusted));
}

}  // namespace clockguard
