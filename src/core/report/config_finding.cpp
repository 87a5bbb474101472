// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/config_finding.hpp"

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

constexpr const char* check_id = "configuration";

}  // namespace

void add_configuration(const std::vector<Error>& problems, Report& report)
{
    if (problems.empty())
        return;
    const std::string told =
        joined(problems, "; ", [](const Error& each) { return to_text(each); });
    report.checks.push_back(
        {.id = check_id, .status = Status::Warning, .title = "Configuration", .detail = told});
    report.findings.push_back({.code = "CG405",
                               .status = Status::Warning,
                               .cause = told + ". At boot the defaults hold instead",
                               .checks = {check_id}});
}

}  // namespace clockguard
