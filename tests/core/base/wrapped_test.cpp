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

}  // namespace
}  // namespace clockguard
