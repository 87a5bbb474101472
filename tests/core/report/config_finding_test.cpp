// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/config_finding.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(ConfigFinding, IsNoneWhereAllCanBeUsed)
{
    Report report;

    add_configuration({}, report);

    EXPECT_TRUE(report.findings.empty());
    EXPECT_TRUE(report.checks.empty());
}

TEST(ConfigFinding, TellsEveryProblem)
{
    Report report;

    add_configuration({{.what = "line 2: unknown key 'a'"}, {.what = "'b': no"}}, report);

    ASSERT_EQ(report.findings.size(), 1U);
    EXPECT_EQ(report.findings.front().code, "CG405");
    EXPECT_EQ(report.findings.front().status, Status::Warning);
    EXPECT_EQ(report.findings.front().cause, "line 2: unknown key 'a'; 'b': no. At boot "
                                             "the defaults hold instead");
    ASSERT_EQ(report.checks.size(), 1U);
    EXPECT_EQ(report.checks.front().status, Status::Warning);
}

}  // namespace
}  // namespace clockguard
