// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/gate.hpp"

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

struct Said {
    std::vector<std::string> lines{};
    GateLines gate{releasing, [this](Severity severity, const std::string& line) {
                       lines.push_back((severity >= Severity::Warning ? "! " : "") + line);
                   }};
};

GateView waiting_view(Span waited, std::string reason, Span moved = 0s)
{
    return {.verdict = {.findings = {{.severity = Severity::Note,
                                      .subject = "chrony",
                                      .message = std::move(reason)}}},
            .waited = waited,
            .clock_moved = moved};
}

TEST(GateLines, SayChangesAndMarksAndNothingElse)
{
    Said said;
    said.gate.begin();
    for (Span waited = 0s; waited < 5min; waited += 100ms)
        said.gate.look(waiting_view(waited, "not synchronised yet: 0 of 4 sources answer"));

    EXPECT_EQ(said.lines,
              (std::vector<std::string>{
                  "holding MicroK8s until the clock is verified (limit 5 min, then release)",
                  "chrony: not synchronised yet: 0 of 4 sources answer (waited 0 s of 5 min)",
                  "chrony: not synchronised yet: 0 of 4 sources answer (waited 10 s of 5 min)",
                  "chrony: not synchronised yet: 0 of 4 sources answer (waited 30 s of 5 min)",
                  "chrony: not synchronised yet: 0 of 4 sources answer (waited 1 min of 5 min)",
                  "chrony: not synchronised yet: 0 of 4 sources answer (waited 2 min of 5 min)"}));
}

TEST(GateLines, TakeNoNumberAndNoUnitForNews)
{
    Said said;
    said.gate.begin();
    const auto began = said.lines.size();
    Span waited{};
    for (const char* reason : {"system clock is 2 h 5 min ahead (+/-0.001 s), limit 1 s",
                               "system clock is 2 h ahead (+/-1 min), limit 1 s",
                               "system clock is 59.999 s ahead (+/-0.001 s), limit 1 s",
                               "system clock is 1 d 3 h ahead (+/-0.001 s), limit 1 s"})
        said.gate.look(waiting_view(waited += 1s, reason));

    EXPECT_EQ(said.lines.size(), began + 1);
    said.gate.look(waiting_view(waited, "system clock is 2 hosts ahead (+/-1 s), limit 1 s"));
    EXPECT_EQ(said.lines.size(), began + 2);
}

TEST(GateLines, NameTheDistributionThatWaits)
{
    const GatePolicy k3s{.timeout = 5min, .on_timeout = OnTimeout::Hold, .holds = "k3s"};
    std::vector<std::string> lines;
    GateLines gate{k3s, [&](Severity, const std::string& line) { lines.push_back(line); }};
    GateView view = waiting_view(6min, "silent");
    view.outcome = TimeoutHeld;

    gate.begin();
    gate.look(view);

    EXPECT_EQ(lines.at(0), "holding k3s until the clock is verified (limit 5 min, then hold)");
    EXPECT_EQ(lines.at(2),
              "k3s is being held (on_timeout = hold). Start it anyway: sudo clockguard gate "
              "--release");
    EXPECT_EQ(gate_status(view, k3s), "k3s is being held, 1 min past the limit: chrony: silent. "
                                      "Start it anyway: sudo clockguard gate --release");
}

TEST(GateLines, TellAStepOfTheClock)
{
    Said said;
    said.gate.look(waiting_view(1s, "not synchronised yet"));
    said.gate.look(waiting_view(2s, "not synchronised yet", -720h));
    said.gate.look(waiting_view(3s, "not synchronised yet", -720h + 10ms));

    EXPECT_EQ(said.lines.size(), 2U);
    EXPECT_EQ(said.lines.back(), "the system clock was set 30 d back");
}

TEST(GateLines, TellHowItEnded)
{
    Said said;
    GateView view = waiting_view(5min, "not synchronised yet");
    view.outcome = TimeoutReleased;
    said.gate.end(view);
    EXPECT_EQ(said.lines.at(0), "! NOT VERIFIED after 5 min: chrony: not synchronised yet");
    EXPECT_EQ(said.lines.at(1), "! starting MicroK8s anyway (on_timeout = release). Certificates "
                                "will not be touched. See: clockguard diagnose");

    GateView good = waiting_view(21s, "");
    good.outcome = Synchronized;
    good.verdict = {
        .trust = Trust::Trusted, .trusted_by = "chrony", .vouched = WitnessKind::Chrony};
    said.gate.end(good);
    EXPECT_EQ(said.lines.back(), "VERIFIED by chrony after 21 s; starting MicroK8s");
}

}  // namespace
}  // namespace clockguard
