// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/recheck.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

const Instant boot{1789000000s};

/// A node that was let go unverified, a month ahead, and writes down what is done to it.
struct FakeNode {
    Result<Report> state = Report{
        .gate = GateRecord{.outcome = GateOutcome::TimeoutReleased, .boot_instant = boot + 720h}};
    Trust trust = Trust::Trusted;
    bool certificate_is_bad = true;
    ExitCode refreshing = ExitCode::Healthy;
    Strings done{};

    RecheckWorld world()
    {
        return {.state = [this] { return state; },
                .wait_for_trust = [this](const GatePolicy& policy) { return wait(policy); },
                .boot_instant = [] { return boot; },
                .refresh_certificates =
                    [this] {
                        done.emplace_back("refresh");
                        certificate_is_bad = false;
                        return refreshing;
                    },
                .correct_rtc =
                    [this] {
                        done.emplace_back("rtc");
                        return ExitCode::Healthy;
                    },
                .server_certificate = [this] { return certificate_is_bad ? "bad" : "good"; },
                .is_active = [](const std::string&) { return true; },
                .restart = [this](const std::string& unit) -> Result<void> {
                    done.push_back(unit);
                    return {};
                },
                .record = [this](const GateView&,
                                 const Result<Report>&) { done.emplace_back("record"); },
                .prove_served =
                    [this] {
                        done.emplace_back("prove");
                        return ExitCode::Healthy;
                    }};
    }

    GateView wait(const GatePolicy& policy)
    {
        done.push_back("wait " + to_text(policy.timeout));
        return {.verdict = {.trust = trust, .trusted_by = "chrony"}};
    }
};

TEST(Recheck, RepairsWhatWasSignedBeforeTheTimeCame)
{
    FakeNode node;

    const ExitCode code = recheck(RestartPolicy::WhenNeeded, node.world());

    EXPECT_EQ(code, ExitCode::Healthy);
    EXPECT_EQ(node.done, (Strings{"wait infinity", "record", "refresh",
                                  "snap.microk8s.daemon-kubelite.service",
                                  "snap.microk8s.daemon-cluster-agent.service", "rtc"}));
}

TEST(Recheck, TouchesNothingWhileTheClockIsNotTrusted)
{
    for (const Trust trust : {Trust::Unknown, Trust::Wrong}) {
        FakeNode node{.trust = trust};

        EXPECT_EQ(recheck(RestartPolicy::WhenNeeded, node.world()), ExitCode::Refused);
        EXPECT_EQ(node.done, Strings{"wait infinity"});
    }
}

TEST(Recheck, RestartsNothingOnAHealthyNode)
{
    FakeNode node{.certificate_is_bad = false};
    node.state =
        Report{.gate = GateRecord{.outcome = GateOutcome::Synchronized, .boot_instant = boot}};

    recheck(RestartPolicy::WhenNeeded, node.world());

    EXPECT_EQ(node.done, (Strings{"wait 1m00s", "record", "refresh", "rtc"}));
}

TEST(Recheck, SeesARunningApiServerTakeTheNewCertificate)
{
    FakeNode node;
    node.state =
        Report{.gate = GateRecord{.outcome = GateOutcome::Synchronized, .boot_instant = boot}};

    recheck(RestartPolicy::WhenNeeded, node.world());

    EXPECT_EQ(node.done, (Strings{"wait 1m00s", "record", "refresh",
                                  "snap.microk8s.daemon-cluster-agent.service", "prove", "rtc"}));
}

TEST(Recheck, WorksWhereTheGateNeverRan)
{
    FakeNode node{.certificate_is_bad = false};
    node.state = fail("no record");

    EXPECT_EQ(recheck(RestartPolicy::WhenNeeded, node.world()), ExitCode::Healthy);
    EXPECT_EQ(node.done, (Strings{"wait 1m00s", "record", "refresh", "rtc"}));
}

TEST(Recheck, TellsThatARepairFailed)
{
    FakeNode node{.refreshing = ExitCode::Critical};

    EXPECT_EQ(recheck(RestartPolicy::WhenNeeded, node.world()), ExitCode::Critical);
    EXPECT_EQ(node.done.back(), "rtc");

    FakeNode refusing{.refreshing = ExitCode::Refused};
    EXPECT_EQ(recheck(RestartPolicy::WhenNeeded, refusing.world()), ExitCode::Refused);
}

TEST(Recheck, TellsAFailureBeforeARefusal)
{
    FakeNode node{.refreshing = ExitCode::Refused};
    RecheckWorld world = node.world();
    world.correct_rtc = [] { return ExitCode::Critical; };

    EXPECT_EQ(recheck(RestartPolicy::WhenNeeded, world), ExitCode::Critical);
}

}  // namespace
}  // namespace clockguard
