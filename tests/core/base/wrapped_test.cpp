// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/wrapped.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(Wrapped, BreaksAtBlanksAndIndents)
{
    EXPECT_EQ(wrapped("one two three", 2, 9), "one two\n  three\n");
    EXPECT_EQ(wrapped("one two three", 2, 8), "one\n  two\n  three\n");
    EXPECT_EQ(wrapped("one\ntwo", 2, 20), "one\n  two\n");
    EXPECT_EQ(wrapped("longer than that", 0, 4), "longer\nthan\nthat\n");
}

TEST(Wrapped, KeepsANumberWithItsUnit)
{
    EXPECT_EQ(wrapped("within 10 ms", 0, 10), "within\n10 ms\n");
    EXPECT_EQ(wrapped("after 5 min, again", 0, 9), "after\n5 min,\nagain\n");
    EXPECT_EQ(wrapped("within 10 days", 0, 10), "within 10\ndays\n");
}

/// Of a command that is broken, half would be run when it is pasted.
TEST(Wrapped, KeepsSudoWithWhatItRuns)
{
    EXPECT_EQ(wrapped("Run: sudo clockguard diagnose", 0, 26), "Run:\nsudo clockguard diagnose\n");
    EXPECT_EQ(wrapped("run \"sudo ntp-ctl force-sync\"", 0, 26),
              "run\n\"sudo ntp-ctl force-sync\"\n");
    EXPECT_EQ(wrapped("with sudo\nor", 0, 80), "with sudo\nor\n");
    EXPECT_EQ(wrapped("sudo", 0, 80), "sudo\n");
}

}  // namespace
}  // namespace clockguard
