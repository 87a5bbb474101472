// SPDX-License-Identifier: Apache-2.0
// Whole boots in virtual time: the real judge, the real witnesses, the real gate.
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include "clockguard/command/gate/gate_wait.hpp"
#include "clockguard/core/gate/rehearsal.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const GatePolicy releasing{.timeout = 5min, .on_timeout = OnTimeout::Release};

/// Plays one boot; a held gate is stopped after twelve minutes.
GateView play(const RehearsedBoot& boot, const GatePolicy& gate, const ClockPolicy& clock = {})
{
    Uptime now{3s};
    return wait_for_trust(gate, clock,
                          {.observe = [&] { return rehearse(boot, now, clock); },
                           .uptime = [&] { return now; },
                           .boot_instant = [&] { return Instant{clock_error(boot, now)}; },
                           .wait =
                               [&](Span longest, Span) {
                                   now += longest;
                                   return WakeReasons{.stop_requested = now > Uptime{12min}};
                               },
                           .report = [](const GateView&) {}});
}

TEST(RehearsedBoot, OfTheIncidentEndsWithTheRightClock)
{
    const GateView end = play({.rtc_offset = days{30}, .ntp_after = 10s}, releasing);

    EXPECT_EQ(end.outcome, GateOutcome::Synchronized);
    EXPECT_EQ(end.waited, 11250ms);
    EXPECT_EQ(end.clock_moved, -days{30});
}

TEST(RehearsedBoot, WithAChronyThatMayNotStepIsNeverTrusted)
{
    const GateView end =
        play({.rtc_offset = days{30}, .ntp_after = 0s, .chrony_may_step = false}, releasing);

    EXPECT_EQ(end.outcome, GateOutcome::TimeoutReleased);
    EXPECT_EQ(end.verdict.trust, Trust::Wrong);
}

TEST(RehearsedBoot, WithAnRtcBehindTheLastTrustedTimeIsRefutedByTheFloor)
{
    const GateView end = play({.rtc_offset = -days{30}, .ntp_after = forever}, releasing);

    EXPECT_EQ(end.outcome, GateOutcome::TimeoutReleased);
    EXPECT_EQ(end.verdict.findings.front().subject, "last-good");
}

TEST(RehearsedBoot, OfAnOfflineSiteThatTrustsItsRtcOpensAtOnce)
{
    const ClockPolicy air_gapped{.rtc_may_vouch = true};

    EXPECT_EQ(play({.ntp_after = forever}, releasing, air_gapped).outcome, GateOutcome::RtcTrusted);
    EXPECT_EQ(play({.rtc_offset = -days{30}, .ntp_after = forever}, releasing, air_gapped).outcome,
              GateOutcome::TimeoutReleased);
}

/// Random boots; CLOCKGUARD_SEED repeats a run that failed.
TEST(RehearsedBoot, KeepsEveryPromise)
{
    const char* given = std::getenv("CLOCKGUARD_SEED");
    const auto seed = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                                       : std::random_device{}();
    SCOPED_TRACE("CLOCKGUARD_SEED=" + std::to_string(seed));
    std::mt19937 random{seed};
    const auto up_to = [&](Span most) {
        return Span{std::uniform_int_distribution<Span::rep>{0, most.count()}(random)};
    };
    for (int boot = 0; boot < 100; ++boot) {
        const RehearsedBoot played{.rtc_offset = up_to(days{800}) - days{400},
                                   .ntp_after = random() % 4 == 0 ? forever : up_to(10min),
                                   .chrony_may_step = random() % 4 != 0};
        const GatePolicy gate{.timeout = up_to(10min),
                              .on_timeout =
                                  random() % 2 == 0 ? OnTimeout::Release : OnTimeout::Hold};
        const GateView end = play(played, gate);
        const Span error = clock_error(played, Uptime{3s + end.waited});
        EXPECT_TRUE(end.outcome != GateOutcome::Synchronized || abs(error) <= 1s);
        EXPECT_TRUE(abs(error) <= 1s || end.waited >= gate.timeout);
        EXPECT_TRUE(gate.on_timeout == OnTimeout::Hold || end.waited <= gate.timeout);
        EXPECT_TRUE(gate.on_timeout == OnTimeout::Release ||
                    end.outcome != GateOutcome::TimeoutReleased);
    }
}

}  // namespace
}  // namespace clockguard
