// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/kernel_clock.hpp"

#include <gtest/gtest.h>

#include "support/fake_kernel.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// The state of a clock that no program has touched, but for its error bound.
FakeKernel::Timex with_bound(std::chrono::microseconds bound)
{
    FakeKernel::Timex answer;
    answer.state.maxerror = bound.count();
    answer.state.tick = 10000;
    return answer;
}

FakeKernel::Timex of_status(int status)
{
    FakeKernel::Timex answer = with_bound(20ms);
    answer.state.status = status;
    return answer;
}

FakeKernel::Timex of_offset(long offset, int status)
{
    FakeKernel::Timex answer = of_status(status);
    answer.state.offset = offset;
    return answer;
}

KernelClock seen_at_a_glance(const FakeKernel::Timex& answer)
{
    FakeKernel kernel;
    kernel.answers = {answer};
    const auto seen = glance_at_kernel_clock();
    EXPECT_TRUE(seen);
    EXPECT_EQ(kernel.asked.size(), 1U);
    EXPECT_EQ(kernel.asked.front().modes, 0U);
    return seen.value_or(KernelClock{});
}

TEST(KernelClockGlance, ReadsTheErrorBoundAndTheMoment)
{
    FakeKernel kernel;
    kernel.answers = {with_bound(20ms)};
    kernel.shows = {{CLOCK_REALTIME, {1772525411s}}};

    const auto seen = glance_at_kernel_clock();

    ASSERT_TRUE(seen) << to_text(seen.error());
    EXPECT_EQ(seen->max_error, 20ms);
    EXPECT_EQ(seen->taken_at, Instant{1772525411s});
}

TEST(KernelClockGlance, ReadsWhatIsStillToSlewInTheUnitOfTheLoop)
{
    EXPECT_EQ(seen_at_a_glance(of_offset(1500, 0)).still_to_slew, 1500us);
    EXPECT_EQ(seen_at_a_glance(of_offset(-1500, 0)).still_to_slew, 1500us);
    EXPECT_EQ(seen_at_a_glance(of_offset(1'500'000, STA_NANO)).still_to_slew, 1500us);
    EXPECT_EQ(seen_at_a_glance(of_offset(-1'500'000, STA_NANO)).still_to_slew, 1500us);
}

TEST(KernelClockGlance, TellsAClockThatIsSteered)
{
    EXPECT_FALSE(seen_at_a_glance(of_status(0)).is_disciplined);
    EXPECT_FALSE(seen_at_a_glance(of_status(STA_UNSYNC)).is_disciplined);
    EXPECT_TRUE(seen_at_a_glance(of_status(STA_PLL)).is_disciplined);
    EXPECT_TRUE(seen_at_a_glance(of_status(STA_UNSYNC | STA_PLL)).is_disciplined);
    FakeKernel::Timex steered = of_status(STA_UNSYNC);
    steered.state.freq = -1;
    EXPECT_TRUE(seen_at_a_glance(steered).is_disciplined);
    steered = of_status(STA_UNSYNC);
    steered.state.tick = 9999;
    EXPECT_TRUE(seen_at_a_glance(steered).is_disciplined);
}

TEST(KernelClockGlance, TellsAClockThatIsNotSynchronised)
{
    EXPECT_TRUE(seen_at_a_glance(of_status(STA_UNSYNC)).unsynchronized);
    EXPECT_TRUE(seen_at_a_glance(of_status(STA_UNSYNC | STA_PLL)).unsynchronized);
    EXPECT_FALSE(seen_at_a_glance(of_status(STA_PLL)).unsynchronized);
}

TEST(KernelClockGlance, SaysWhyItCannotBeRead)
{
    FakeKernel kernel;
    kernel.answers = {{.error = EPERM}};

    const auto seen = glance_at_kernel_clock();

    ASSERT_FALSE(seen);
    EXPECT_EQ(to_text(seen.error()),
              "cannot read kernel clock state (adjtimex): Operation not permitted");
}

Result<KernelClock> read_of(std::vector<FakeKernel::Timex> answers, std::size_t questions)
{
    FakeKernel kernel;
    kernel.answers = std::move(answers);
    auto seen = read_kernel_clock();
    EXPECT_EQ(kernel.asked.size(), questions);
    EXPECT_EQ(kernel.sleeps.size(), questions - 1);
    return seen;
}

/// chronyd 4 writes a bound of 0 for some microseconds when it starts.
TEST(KernelClockReading, HasTheLargerOfTwoBounds)
{
    EXPECT_EQ(read_of({with_bound(0s), with_bound(500ms)}, 2)->max_error, 500ms);
    EXPECT_EQ(read_of({with_bound(500ms), with_bound(0s)}, 2)->max_error, 500ms);
}

TEST(KernelClockReading, DoesNotReadAHighBoundTwice)
{
    EXPECT_EQ(read_of({with_bound(16s)}, 1)->max_error, 16s);
    EXPECT_EQ(read_of({with_bound(16s - 1us), with_bound(0s)}, 2)->max_error, 16s - 1us);
}

TEST(KernelClockReading, WaitsFiftyMillisecondsInBetween)
{
    FakeKernel kernel;
    kernel.answers = {with_bound(20ms)};
    kernel.shows = {{CLOCK_BOOTTIME, {812s}}};

    ASSERT_TRUE(read_kernel_clock());

    EXPECT_EQ(kernel.sleeps.at(0).until, 812s + 50ms);
}

TEST(KernelClockReading, FailsWhereEitherCannotBeRead)
{
    EXPECT_FALSE(read_of({{.error = EPERM}}, 1));
    EXPECT_FALSE(read_of({with_bound(20ms), {.error = EPERM}}, 2));
}

TEST(KernelClockReading, FailsWhereTheClockWasSteppedMeanwhile)
{
    FakeKernel kernel;
    kernel.answers = {with_bound(20ms)};
    kernel.shows = {{CLOCK_BOOTTIME, {812s}},
                    {CLOCK_REALTIME, {1000s, 1000s, 1000s, 1000s, 1000s, 2000s}}};

    const auto seen = read_kernel_clock();

    ASSERT_FALSE(seen);
    EXPECT_EQ(to_text(seen.error()), "the clock was stepped while the kernel was asked");
}

TEST(KernelWatch, NoticesWhatAnNtpClientWrote)
{
    FakeKernel kernel;
    FakeKernel::Timex steered = with_bound(20ms);
    steered.state.freq = 65536;
    kernel.answers = {with_bound(20ms), with_bound(20ms), steered, steered};

    KernelWatch watch;

    EXPECT_FALSE(watch.look());
    EXPECT_TRUE(watch.look());
    EXPECT_FALSE(watch.look());
}

TEST(KernelWatch, HasNoNewsOfWhatCannotBeRead)
{
    FakeKernel kernel;
    FakeKernel::Timex steered = with_bound(20ms);
    steered.state.freq = 65536;
    kernel.answers = {{.error = EPERM}, with_bound(20ms), {.error = EPERM}, steered};

    KernelWatch watch;

    EXPECT_FALSE(watch.look());
    EXPECT_FALSE(watch.look());
    EXPECT_FALSE(watch.look());
}

}  // namespace
}  // namespace clockguard
