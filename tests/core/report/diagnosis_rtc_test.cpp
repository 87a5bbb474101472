// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_rtc.hpp"

#include <gtest/gtest.h>

#include "support/evidence.hpp"

namespace clockguard {
namespace {

TEST(Diagnosis, DoesNotBlameTheRtcOnTheWordOfAnUntrustedClock)
{
    Evidence seen = healthy();
    seen.clock_trusted = false;
    seen.rtcs = {rtc_ahead_by(month)};

    const Report report = report_on(seen);

    for (const ReportFinding& finding : report.findings) {
        EXPECT_NE(finding.status, Status::Critical) << finding.code;
        for (const ReportFix& fix : finding.fixes)
            EXPECT_EQ(fix.command.find("rtc set"), std::string::npos) << fix.command;
    }
}

TEST(Diagnosis, WarnsOfASmallRtcErrorAndIsAlarmedByALargeOne)
{
    Evidence seen = healthy();
    seen.rtcs = {rtc_ahead_by(58s)};
    EXPECT_EQ(report_on(seen).verdict.status, Status::Warning);
    seen.rtcs = {rtc_ahead_by(-61s)};
    EXPECT_EQ(report_on(seen).verdict.status, Status::Critical);
    EXPECT_EQ(report_on(seen).verdict.impact, "The next boot will start at a wrong time.");
}

TEST(Diagnosis, FindsEachFaultOfTheHardwareClock)
{
    Evidence local = healthy();
    local.rtcs[0].zone = RtcZone::Local;
    EXPECT_EQ(codes_on(local), std::vector<std::string>{"CG104"});

    Evidence deaf = healthy();
    deaf.rtcs[0].reading = fail("cannot read it");
    EXPECT_EQ(codes_on(deaf), std::vector<std::string>{"CG102"});

    Evidence old = healthy();
    old.floor = {.last_trusted = TrustedMoment{.at = at("2026-03-03T08:20:13Z"), .by = "chrony"}};
    EXPECT_EQ(codes_on(old), std::vector<std::string>{"CG105"});
    EXPECT_EQ(
        report_on(old).findings.front().cause,
        "rtc0 shows 2026-03-03 08:20:11 UTC, 2.000 s before the last time this clock was verified, "
        "2026-03-03T08:20:13Z (by chrony): it is wrong.");

    Evidence neglected = healthy();
    neglected.kernel_unsynchronized = true;
    neglected.chrony_conf.is_known = true;
    EXPECT_EQ(codes_on(neglected), std::vector<std::string>{"CG120"});
}

}  // namespace
}  // namespace clockguard
