// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/gate.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using enum Trust;

const GatePolicy releasing{.timeout = 5min, .on_timeout = OnTimeout::Release};
const GatePolicy holding{.timeout = 5min, .on_timeout = OnTimeout::Hold};
const GatePolicy endless{.timeout = forever};

TEST(NextMove, OpensForATrustedClockWheneverItComes)
{
    for (const GatePolicy& policy : {releasing, holding, endless})
        for (const bool asked : {false, true})
            for (const Span waited : {Span{0}, Span{5min}, Span{100h}})
                EXPECT_EQ(next_move(Trusted, asked, waited, policy), GateMove::Open);
}

TEST(NextMove, LetsItselfBeOverridden)
{
    for (const Trust trust : {Unknown, Wrong})
        for (const GatePolicy& policy : {releasing, holding, endless})
            EXPECT_EQ(next_move(trust, true, 1s, policy), GateMove::Override);
}

TEST(NextMove, WaitsUpToTheLimitAndNoLonger)
{
    for (const Trust trust : {Unknown, Wrong}) {
        EXPECT_EQ(next_move(trust, false, 5min - 1us, releasing), GateMove::Wait);
        EXPECT_EQ(next_move(trust, false, 5min, releasing), GateMove::Release);
        EXPECT_EQ(next_move(trust, false, 5min - 1us, holding), GateMove::Wait);
        EXPECT_EQ(next_move(trust, false, 5min, holding), GateMove::Hold);
        EXPECT_EQ(next_move(trust, false, 9000h, endless), GateMove::Wait);
    }
}

TEST(PollInterval, SlowsDown)
{
    EXPECT_EQ(poll_interval(0s), 250ms);
    EXPECT_EQ(poll_interval(5min - 1us), 250ms);
    EXPECT_EQ(poll_interval(5min), 1s);
}

TEST(GlanceInterval, SlowsDownToThatOfThePolls)
{
    EXPECT_EQ(glance_interval(0s, {}), 5ms);
    EXPECT_EQ(glance_interval(1min - 1us, {}), 5ms);
    EXPECT_EQ(glance_interval(1min, {}), 10ms);
    EXPECT_EQ(glance_interval(5min - 1us, {}), 10ms);
    EXPECT_EQ(glance_interval(5min, {}), 1s);
}

TEST(GlanceInterval, IsThatOfThePollsWhileNoSourceOfChronydAnswers)
{
    const auto of = [](const ChronySources& sources) {
        return glance_interval(0s, {.chrony_answers = true, .chrony_sources = sources});
    };

    EXPECT_EQ(of({.known = 8, .asked = 8, .reached = 0}), 250ms);
    EXPECT_EQ(of({.known = 0, .asked = 0, .reached = 0}), 250ms);
    EXPECT_EQ(of({.known = 8, .asked = 8, .reached = 1}), 5ms);
    // Of one that was not asked nothing is known.
    EXPECT_EQ(of({.known = 9, .asked = 8, .reached = 0}), 5ms);
}

TEST(GateOutcome, ReadsWhatItWrites)
{
    for (const char* word :
         {"waiting", "synchronized", "rtc_corrected", "host_agrees", "rtc_trusted",
          "timeout_released", "timeout_held", "overridden", "disabled"}) {
        const auto outcome = parse_outcome(word);
        ASSERT_TRUE(outcome) << word;
        EXPECT_EQ(to_text(*outcome), word);
    }
    EXPECT_EQ(to_text(parse_outcome("sychronized").error()),
              "unknown outcome 'sychronized' (did you mean 'synchronized'?)");
}

TEST(GateOutcome, TellsOpenFromHeld)
{
    EXPECT_FALSE(is_open(GateOutcome::Waiting));
    EXPECT_FALSE(is_open(GateOutcome::TimeoutHeld));
    EXPECT_TRUE(is_open(GateOutcome::TimeoutReleased));
    EXPECT_TRUE(is_open(GateOutcome::Overridden));
}

TEST(OpenedBy, NamesTheWitness)
{
    EXPECT_EQ(opened_by({.vouched = WitnessKind::Chrony}), GateOutcome::Synchronized);
    EXPECT_EQ(opened_by({.vouched = WitnessKind::Kernel}), GateOutcome::Synchronized);
    EXPECT_EQ(opened_by({.vouched = WitnessKind::Rtc}), GateOutcome::RtcTrusted);
    EXPECT_EQ(opened_by({.vouched = WitnessKind::HostClock}), GateOutcome::HostAgrees);
    EXPECT_EQ(opened_by({.vouched = WitnessKind::HostClock}, true), GateOutcome::RtcCorrected);
    EXPECT_EQ(opened_by({.vouched = WitnessKind::Chrony}, true), GateOutcome::Synchronized);
}

TEST(UntilWithin, ForetellsTheEndOfASlew)
{
    // 1.7 s in 20 s at 8.5 %: 0.2 s above the limit take 2.35 s.
    const auto left = until_within({.value = 4900ms}, {.value = -3200ms}, 20s, 3s);

    ASSERT_TRUE(left);
    EXPECT_NEAR(to_seconds(*left), 2.353, 0.001);
}

TEST(UntilWithin, CountsTheErrorIn)
{
    EXPECT_EQ(until_within({.value = 3s, .error = 1s}, {.value = 3s, .error = 500ms}, 1s, 3s), 1s);
}

TEST(UntilWithin, SaysNothingOfAClockThatIsNotOnItsWay)
{
    EXPECT_FALSE(until_within({.value = 4s}, {.value = 4s}, 1s, 3s));
    EXPECT_FALSE(until_within({.value = 4s}, {.value = 5s}, 1s, 3s));
    EXPECT_FALSE(until_within({.value = 4s}, {.value = 2s}, 1s, 3s));
    EXPECT_FALSE(until_within({.value = 5s}, {.value = 4s}, 0s, 3s));
}

}  // namespace
}  // namespace clockguard
