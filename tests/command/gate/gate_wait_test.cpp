// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/gate_wait.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using enum GateOutcome;

/// A machine whose clock is put right after a while, and whose time passes only when it is told to.
struct FakeMachine {
    Span right_after = forever;
    Span released_after = forever;
    Span stopped_after = forever;
    WitnessKind kind = WitnessKind::Chrony;
    Uptime now{};
    std::vector<GateView> reported{};

    GateWorld world()
    {
        return {.observe = [this] { return seen(); },
                .uptime = [this] { return now; },
                .boot_instant = [this] { return is_right() ? Instant{} : Instant{720h}; },
                .wait =
                    [this](Span longest, Span) {
                        now += longest;
                        return WakeReasons{.stop_requested = past(stopped_after)};
                    },
                .released = [this] { return past(released_after); },
                .report = [this](const GateView& view) { reported.push_back(view); }};
    }

    bool past(Span moment) const { return now.time_since_epoch() >= moment; }

    bool is_right() const { return past(right_after); }

    Observation seen() const
    {
        const Offset offset{is_right() ? Span{1ms} : Span{720h}, 1ms};
        return {.witnesses = {{.name = "chrony",
                               .kind = kind,
                               .standing = Standing::MayVouch,
                               .offset = offset}}};
    }
};

const GatePolicy releasing{.timeout = 5min, .on_timeout = OnTimeout::Release};
const GatePolicy holding{.timeout = 5min, .on_timeout = OnTimeout::Hold};

TEST(Gate, OpensAsSoonAsTheClockIsRight)
{
    FakeMachine machine{.right_after = 10s};

    const GateView view = wait_for_trust(releasing, {}, machine.world());

    EXPECT_EQ(view.outcome, Synchronized);
    EXPECT_EQ(machine.now, Uptime{10s});
    EXPECT_EQ(view.waited, 10s);
    EXPECT_EQ(view.clock_moved, -720h);
}

/// Its word comes while the gate waits, and so does the step that it makes (clockguard-late).
TEST(Gate, TellsThatTheHostCorrectedTheClockMeanwhile)
{
    FakeMachine machine{.right_after = 10s, .kind = WitnessKind::HostClock};
    GateWorld world = machine.world();
    world.host_corrected = [&] { return machine.is_right(); };

    EXPECT_EQ(wait_for_trust(releasing, {}, world).outcome, RtcCorrected);

    FakeMachine untouched{.right_after = 0s, .kind = WitnessKind::HostClock};
    EXPECT_EQ(wait_for_trust(releasing, {}, untouched.world()).outcome, HostAgrees);
}

TEST(Gate, OpensAtOnceForAHealthyClock)
{
    FakeMachine machine{.right_after = 0s};

    const GateView view = wait_for_trust(releasing, {}, machine.world());

    EXPECT_EQ(view.outcome, Synchronized);
    EXPECT_EQ(machine.now, Uptime{});
    EXPECT_TRUE(machine.reported.empty());
}

TEST(Gate, ReleasesExactlyAtTheLimit)
{
    FakeMachine machine{.right_after = 5min + 1us};

    const GateView view = wait_for_trust(releasing, {}, machine.world());

    EXPECT_EQ(view.outcome, TimeoutReleased);
    EXPECT_EQ(machine.now, Uptime{5min});
    EXPECT_EQ(view.verdict.trust, Trust::Wrong);
}

TEST(Gate, TellsTheTruthAtTheVeryLimit)
{
    FakeMachine machine{.right_after = 5min};

    EXPECT_EQ(wait_for_trust(releasing, {}, machine.world()).outcome, Synchronized);
}

TEST(Gate, HoldsPastTheLimitAndStillOpensByItself)
{
    FakeMachine machine{.right_after = 2h};

    const GateView view = wait_for_trust(holding, {}, machine.world());

    EXPECT_EQ(view.outcome, Synchronized);
    EXPECT_EQ(machine.now, Uptime{2h});
    EXPECT_EQ(machine.reported.back().outcome, TimeoutHeld);
}

TEST(Gate, CanBeReleasedByHand)
{
    FakeMachine machine{.released_after = 20min};

    const GateView view = wait_for_trust(holding, {}, machine.world());

    EXPECT_EQ(view.outcome, Overridden);
    EXPECT_EQ(machine.now, Uptime{20min});
}

TEST(Gate, IsNotOpenWhenItIsStopped)
{
    FakeMachine held{.stopped_after = 10min};
    FakeMachine waiting{.stopped_after = 1min};

    EXPECT_EQ(wait_for_trust(holding, {}, held.world()).outcome, TimeoutHeld);
    EXPECT_EQ(wait_for_trust(holding, {}, waiting.world()).outcome, Waiting);
}

TEST(Gate, WithoutALimitWaitsForEver)
{
    FakeMachine machine{.right_after = 1h};

    const GateView view =
        wait_for_trust({.timeout = forever, .on_timeout = OnTimeout::Release}, {}, machine.world());

    EXPECT_EQ(view.outcome, Synchronized);
}

/// Whatever happens when: never open for a contradicted clock before the limit, and never later
/// than the limit under `release`.
TEST(Gate, KeepsItsPromisesWheneverTheClockComesRight)
{
    for (Span right = 0s; right <= 6min; right += 23700ms)
        for (const GatePolicy& policy : {releasing, holding}) {
            FakeMachine machine{.right_after = right, .stopped_after = 7min};
            const GateView view = wait_for_trust(policy, {}, machine.world());
            const bool trusted = view.verdict.trust == Trust::Trusted;
            EXPECT_TRUE(trusted || view.waited >= 5min) << to_text(right);
            EXPECT_TRUE(policy.on_timeout == OnTimeout::Hold || view.waited <= 5min)
                << to_text(right);
        }
}

}  // namespace
}  // namespace clockguard
