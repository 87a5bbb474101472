// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/report.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(ReportCheck, HasAnIdOfPlainWords)
{
    const ReportCheck check = to_check(
        {.severity = Severity::Note, .subject = "rtc:/dev/rtc0", .message = "says nothing"});

    EXPECT_EQ(check.id, "clock.rtc__dev_rtc0");
    EXPECT_EQ(check.status, Status::Skipped);
    EXPECT_EQ(check.skipped_because, "says nothing");
}

}  // namespace
}  // namespace clockguard
