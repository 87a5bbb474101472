// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/clock_moment.hpp"

#include <gtest/gtest.h>

#include "clockguard/edge/base/clocks.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

TEST(ReadClockMoment, ReadsClocksThatAgree)
{
    const Tree tree;

    const ClockMoment then = read_clock_moment(Root{tree.folder()});
    const ClockMoment now = read_clock_moment(Root{tree.folder()});

    EXPECT_EQ(how_it_moved(then, now), "");
    EXPECT_LE(then.uptime, now.uptime);
    ASSERT_TRUE(then.raw_instant);
    EXPECT_FALSE(then.rtc_ahead);  // the tree has none
}

}  // namespace
}  // namespace clockguard
