// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/system_clock.hpp"

#include <gtest/gtest.h>

#include "support/fake_kernel.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

/// What the kernel is asked for: "-1 s and 700000 us".
std::string asked_to_step(Span by)
{
    FakeKernel kernel;
    kernel.answers = {{}};
    EXPECT_TRUE(step_system_clock(by));
    EXPECT_EQ(kernel.asked.size(), 1U);
    const timex& change = kernel.asked.at(0);
    EXPECT_EQ(change.modes, static_cast<unsigned>(ADJ_SETOFFSET));
    return std::to_string(change.time.tv_sec) + " s and " + std::to_string(change.time.tv_usec) +
           " us";
}

/// It takes the fraction as microseconds and never negative (adjtimex(2), ADJ_SETOFFSET).
TEST(StepSystemClock, AsksForWholeSecondsAndAPositiveRest)
{
    EXPECT_EQ(asked_to_step(days{30} + 250ms), "2592000 s and 250000 us");
    EXPECT_EQ(asked_to_step(-300ms), "-1 s and 700000 us");
    EXPECT_EQ(asked_to_step(-days{30}), "-2592000 s and 0 us");
    EXPECT_EQ(asked_to_step(-1us), "-1 s and 999999 us");
}

TEST(StepSystemClock, SaysWhyItCannot)
{
    FakeKernel kernel;
    kernel.answers = {{.error = EPERM}};

    const auto stepped = step_system_clock(-days{30});

    ASSERT_FALSE(stepped);
    EXPECT_EQ(to_text(stepped.error()),
              "cannot step the system clock by -30 d (ADJ_SETOFFSET): Operation not permitted");
}

}  // namespace
}  // namespace clockguard
