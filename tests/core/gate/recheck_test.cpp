// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/recheck.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using Units = std::vector<std::string>;

const std::string kubelite = "snap.microk8s.daemon-kubelite.service";
const std::string cluster_agent = "snap.microk8s.daemon-cluster-agent.service";

/// kubelite was started ten minutes ago; the clock was moved by so much since.
Units restarted(Span moved, bool agent_is_old = false)
{
    const ClockPair start{.wall = Instant{1789000000s}, .monotonic = 30s};
    const ClockPair now{.wall = start.wall + 10min + moved, .monotonic = start.monotonic + 10min};
    return units_to_restart({.kubelite_since = start, .cluster_agent_serves_old = agent_is_old},
                            now);
}

TEST(UnitsToRestart, AreThoseThatAStepBackBroke)
{
    EXPECT_EQ(restarted(-720h), Units{kubelite});
    EXPECT_EQ(restarted(-1min - 1us), Units{kubelite});
    EXPECT_EQ(restarted(-1min), Units{});
    EXPECT_EQ(restarted(720h), Units{});
    EXPECT_EQ(restarted(0s), Units{});
}

TEST(UnitsToRestart, AreThoseThatReadACertificateOnlyOnce)
{
    EXPECT_EQ(restarted(0s, true), Units{cluster_agent});
    EXPECT_EQ(restarted(-720h, true), (Units{kubelite, cluster_agent}));
}

/// Entry 4 of the reality: two hours ahead and back again is no move, and kubelite lived through
/// it.
TEST(UnitsToRestart, IncludeKubeliteAfterAnExcursion)
{
    const ClockPair start{.wall = Instant{1789000000s}, .monotonic = 30s};
    const auto after = [&](Span excursion) {
        return units_to_restart({.kubelite_since = start, .excursion = excursion}, start);
    };

    EXPECT_EQ(after(2h), Units{kubelite});
    EXPECT_EQ(after(1min + 1us), Units{kubelite});
    EXPECT_EQ(after(1min), Units{});
    EXPECT_EQ(units_to_restart({.excursion = 2h}, start), Units{});
}

/// Entry 3 of the reality: it reads cluster.crt once, at its start.
TEST(UnitsToRestart, BeginWithTheDatabaseWhoseCertificateIsNew)
{
    EXPECT_EQ(units_to_restart({.dqlite_holds_old = true}, {}),
              Units{"snap.microk8s.daemon-k8s-dqlite.service"});
}

TEST(UnitsToRestart, NeverIncludeWhatIsStopped)
{
    EXPECT_EQ(units_to_restart({}, {.wall = Instant{}, .monotonic = 600s}), Units{});
}

/// A machine that was paused: its clocks stood still, and the system clock was set afterwards.
TEST(UnitsToRestart, AreNoneAfterAPauseAndThoseOfACheckpointFromTheFuture)
{
    EXPECT_EQ(restarted(24h), Units{});                // saved, resumed a day later
    EXPECT_EQ(restarted(-30 * 24h), Units{kubelite});  // resumed with a right clock at last
    EXPECT_EQ(restarted(720h - 720h), Units{});        // stepped away and back again
}

RefreshRecord restart(const std::string& instance, Span uptime, const std::string& boot = "b1")
{
    return {.boot_id = boot, .uptime = uptime, .time = Instant{}, .names = {instance}};
}

TEST(RestartObjection, IsThatThisInstanceWasToldAlready)
{
    const std::string first = instance_name(kubelite, {.wall = Instant{}, .monotonic = 30s});
    const std::string second = instance_name(kubelite, {.wall = Instant{}, .monotonic = 95s});

    EXPECT_EQ(first, kubelite + "@30000000");
    EXPECT_EQ(restart_objection({}, restart(first, 60s)), "");
    EXPECT_EQ(restart_objection({restart(first, 60s)}, restart(first, 24h)),
              "it was told to restart before, and has not");
    EXPECT_EQ(restart_objection({restart(first, 60s)}, restart(second, 100s)), "");
    EXPECT_EQ(restart_objection({restart(first, 60s, "b0")}, restart(first, 60s)), "");
}

TEST(RestartObjection, IsAThirdRestartWithinTheHour)
{
    const std::vector<RefreshRecord> log{restart("a@1", 60s), restart("a@2", 90s),
                                         restart("a@3", 120s)};

    EXPECT_EQ(restart_objection(log, restart("a@4", 600s)), "3 restarts in the last hour");
    EXPECT_EQ(restart_objection(log, restart("a@4", 60s + 1h)), "");
}

TEST(RecheckPatience, IsEndlessWhereTheEndIsOwed)
{
    EXPECT_EQ(recheck_timeout(GateOutcome::TimeoutReleased), forever);
    EXPECT_EQ(recheck_timeout(GateOutcome::Synchronized), 1min);
    EXPECT_EQ(recheck_timeout(std::nullopt), 1min);
}

TEST(MayBeInWriting, IsWhatAnEmptyFileOrAnotherKeyLooksLike)
{
    const auto alone = [](const std::string& code, Severity severity) {
        return std::vector<Finding>{{.code = code, .severity = severity}};
    };

    for (const char* code : {"CG204", "CG209", "CG210", "CG211"})
        EXPECT_TRUE(may_be_in_writing(alone(code, Severity::Failure))) << code;
    for (const char* code : {"CG201", "CG202", "CG212"})
        EXPECT_FALSE(may_be_in_writing(alone(code, Severity::Failure))) << code;
    EXPECT_FALSE(may_be_in_writing(alone("CG209", Severity::Note)));
    EXPECT_FALSE(may_be_in_writing({}));
}

TEST(Upgraded, ChangesNothingButAnUnverifiedRelease)
{
    const Verdict verdict{
        .trust = Trust::Trusted, .trusted_by = "chrony", .vouched = WitnessKind::Chrony};

    EXPECT_EQ(upgraded(GateOutcome::TimeoutReleased, verdict), GateOutcome::Synchronized);
    for (const GateOutcome outcome :
         {GateOutcome::Waiting, GateOutcome::Synchronized, GateOutcome::RtcCorrected,
          GateOutcome::HostAgrees, GateOutcome::RtcTrusted, GateOutcome::TimeoutHeld,
          GateOutcome::Overridden, GateOutcome::Disabled})
        EXPECT_EQ(upgraded(outcome, verdict), outcome) << to_text(outcome);
}

}  // namespace
}  // namespace clockguard
