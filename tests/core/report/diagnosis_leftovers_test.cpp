// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_leftovers.hpp"

#include <gtest/gtest.h>

#include "support/evidence.hpp"

namespace clockguard {
namespace {

TEST(Diagnosis, NamesWhatAClockThatWasAheadLeftBehind)
{
    Evidence seen = healthy();
    seen.leftovers.calico = TokenDates{.not_before = seen.now + 720h};

    const Report report = report_on(seen);

    ASSERT_EQ(report.findings.size(), 2U);
    EXPECT_EQ(report.findings[0].code, "CG411");
    EXPECT_EQ(report.findings[0].fixes[0].command,
              "sudo microk8s kubectl -n kube-system rollout restart daemonset/calico-node");
    EXPECT_EQ(report.findings[1].code, "CG412");
    seen.leftovers.calico = TokenDates{.not_before = seen.now - 1h};
    EXPECT_EQ(report_on(seen).findings.size(), 0U);
}

Report checked(const Leftovers& leftovers, bool clock_trusted = true)
{
    Report report;
    check_leftovers(
        {.now = at("2026-03-03T08:20:11Z"), .clock_trusted = clock_trusted, .leftovers = leftovers},
        report);
    return report;
}

TEST(DiagnosisLeftovers, SayNothingWhereNothingWasFound)
{
    const Report report = checked({.minor = 31});

    EXPECT_TRUE(report.checks.empty());
    EXPECT_TRUE(report.findings.empty());
}

TEST(DiagnosisLeftovers, AreSoundWithDatesOfThePast)
{
    for (const Leftovers& sound :
         {Leftovers{.calico = TokenDates{.not_before = at("2026-03-03T08:20:11Z")}},
          Leftovers{.containerd_last_start = at("2026-03-03T08:20:11Z")}}) {
        const Report report = checked(sound);

        ASSERT_EQ(report.checks.size(), 1U);
        EXPECT_EQ(report.checks[0].id, "microk8s.leftovers");
        EXPECT_EQ(report.checks[0].status, Status::Ok);
        EXPECT_EQ(report.checks[0].title, "What a wrong clock left in MicroK8s");
        EXPECT_EQ(report.checks[0].detail, "no date is in the future");
        EXPECT_TRUE(report.findings.empty());
    }
}

TEST(DiagnosisLeftovers, WarnOfDatesOfTheFuture)
{
    const Report report =
        checked({.containerd_last_start = at("2026-04-03T08:20:11Z"), .minor = 35});

    ASSERT_EQ(report.checks.size(), 1U);
    EXPECT_EQ(report.checks[0].status, Status::Warning);
    EXPECT_EQ(report.checks[0].detail, "some dates are in the future");
    ASSERT_EQ(report.findings.size(), 2U);
    EXPECT_EQ(report.findings[0].code, "CG413");
    EXPECT_EQ(report.findings[0].status, Status::Warning);
    EXPECT_EQ(report.findings[0].cause,
              "containerd has its last start at 2026-04-03T08:20:11Z, 31 d in the future: until "
              "then MicroK8s takes every boot for a service restart and does not clean up");
    EXPECT_EQ(report.findings[0].checks, std::vector<std::string>{"microk8s.leftovers"});
    EXPECT_EQ(report.findings[1].code, "CG412");
}

TEST(DiagnosisLeftovers, AreLikelyByAClockThatIsNotVerified)
{
    const Leftovers early{.containerd_last_start = at("2026-04-03T08:20:11Z")};

    EXPECT_EQ(checked(early).findings.at(0).confidence, "certain");
    EXPECT_EQ(checked(early, false).findings.at(0).confidence, "likely");
}

}  // namespace
}  // namespace clockguard
