// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/recheck.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using Units = std::vector<std::string>;

const std::string kubelite = "snap.microk8s.daemon-kubelite.service";
const std::string cluster_agent = "snap.microk8s.daemon-cluster-agent.service";

RunningMicrok8s all_running(Span moved, bool replaced)
{
    return {.clock_moved = moved,
            .kubelite_active = true,
            .cluster_agent_active = true,
            .server_certificate_replaced = replaced};
}

Units restarted(const RunningMicrok8s& seen)
{
    return units_to_restart(seen, RestartPolicy::WhenNeeded);
}

TEST(UnitsToRestart, AreThoseThatAStepBackBroke)
{
    EXPECT_EQ(restarted(all_running(-720h, false)), Units{kubelite});
    EXPECT_EQ(restarted(all_running(-1h - 1us, false)), Units{kubelite});
    EXPECT_EQ(restarted(all_running(-1h, false)), Units{});
    EXPECT_EQ(restarted(all_running(720h, false)), Units{});
    EXPECT_EQ(restarted(all_running(0s, false)), Units{});
}

TEST(UnitsToRestart, AreThoseThatReadACertificateOnlyOnce)
{
    EXPECT_EQ(restarted(all_running(0s, true)), Units{cluster_agent});
    EXPECT_EQ(restarted(all_running(-720h, true)), (Units{kubelite, cluster_agent}));
}

TEST(UnitsToRestart, NeverIncludeWhatIsStopped)
{
    EXPECT_EQ(restarted({.clock_moved = -720h, .server_certificate_replaced = true}), Units{});
}

TEST(UnitsToRestart, AreNoneWhenTheOperatorSaysSo)
{
    EXPECT_EQ(units_to_restart(all_running(-720h, true), RestartPolicy::Never), Units{});
}

Result<Report> released_as(GateOutcome outcome)
{
    return Report{.gate = GateRecord{.outcome = outcome}};
}

TEST(RecheckPatience, IsEndlessWhereTheEndIsOwed)
{
    EXPECT_EQ(recheck_patience(released_as(GateOutcome::TimeoutReleased)), forever);
    EXPECT_EQ(recheck_patience(released_as(GateOutcome::Synchronized)), 1min);
    EXPECT_EQ(recheck_patience(Report{}), 1min);
    EXPECT_EQ(recheck_patience(fail("none")), 1min);
}

TEST(Upgraded, ChangesNothingButAnUnverifiedRelease)
{
    const Verdict verdict{.trust = Trust::Trusted, .trusted_by = "chrony"};

    EXPECT_EQ(upgraded(GateOutcome::TimeoutReleased, verdict), GateOutcome::Synchronized);
    for (const GateOutcome outcome :
         {GateOutcome::Waiting, GateOutcome::Synchronized, GateOutcome::RtcCorrected,
          GateOutcome::HostAgrees, GateOutcome::RtcTrusted, GateOutcome::TimeoutHeld,
          GateOutcome::Overridden, GateOutcome::Disabled})
        EXPECT_EQ(upgraded(outcome, verdict), outcome) << to_text(outcome);
}

}  // namespace
}  // namespace clockguard
