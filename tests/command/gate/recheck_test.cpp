// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/recheck.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/core/gate/recheck.hpp"
#include "support/other_user.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

const std::string kubelite = "snap.microk8s.daemon-kubelite.service";
const std::string cluster_agent = "snap.microk8s.daemon-cluster-agent.service";

Result<Report> released(GateOutcome outcome)
{
    return Report{.gate = GateRecord{.outcome = outcome}};
}

/// A node that was let go unverified, a month ahead, and writes down what is done to it. Its clocks
/// are ours: a step moves one of them, a restart notes what both show.
struct FakeNode {
    Result<Report> state = released(GateOutcome::TimeoutReleased);
    Trust trust = Trust::Trusted;
    ClockPair now{.wall = Instant{1789000000s}, .monotonic = 600s};
    std::map<std::string, ClockPair> since{};
    bool agent_serves_old = true;
    ExitCode refreshing = ExitCode::Healthy;
    bool restarts_work = true;
    std::vector<RefreshRecord> booked{};
    Strings done{};

    explicit FakeNode(Span ahead = 720h)
    {
        since[kubelite] = {.wall = now.wall + ahead - 570s, .monotonic = 30s};
        since[cluster_agent] = since[kubelite];
    }

    void step(Span by) { now.wall += by; }

    void pass(Span time)
    {
        now.wall += time;
        now.monotonic += time;
    }

    RecheckWorld world()
    {
        return {.state = [this] { return state; },
                .wait_for_trust = [this](const GatePolicy& policy) { return wait(policy); },
                .refresh_certificates =
                    [this] {
                        done.emplace_back("refresh");
                        return refreshing;
                    },
                .correct_rtc =
                    [this] {
                        done.emplace_back("rtc");
                        return ExitCode::Healthy;
                    },
                .running_since =
                    [this](const std::string& unit) {
                        return since.contains(unit) ? std::optional{since[unit]} : std::nullopt;
                    },
                .now = [this] { return now; },
                .agent_serves_old = [this] { return agent_serves_old; },
                .record_restart = [this](const std::string& instance) { return book(instance); },
                .restart = [this](const std::string& unit) { return restart(unit); },
                .record = [this](const GateView&,
                                 const Result<Report>&) { done.emplace_back("record"); },
                .prove =
                    [this](const Strings& restarted) {
                        done.push_back(fmt::format("prove {}", restarted.size()));
                        return ExitCode::Healthy;
                    }};
    }

    std::string book(const std::string& instance)
    {
        const RefreshRecord wanted{
            .boot_id = "b1", .uptime = now.monotonic, .time = now.wall, .names = {instance}};
        std::string why = restart_objection(booked, wanted);
        if (why.empty())
            booked.push_back(wanted);
        return why;
    }

    Result<void> restart(const std::string& unit)
    {
        done.push_back(unit);
        if (restarts_work)
            since[unit] = now;
        if (unit == cluster_agent)
            agent_serves_old = false;
        return {};
    }

    /// What another recheck does.
    Strings again(RestartPolicy policy = RestartPolicy::WhenNeeded)
    {
        done.clear();
        recheck(policy, world());
        return done;
    }

    GateView wait(const GatePolicy& policy)
    {
        done.push_back("wait " + to_text(policy.timeout));
        return {
            .verdict = {.trust = trust, .trusted_by = "chrony", .vouched = WitnessKind::Chrony}};
    }
};

TEST(Recheck, RepairsWhatWasSignedBeforeTheTimeCame)
{
    FakeNode node;

    const ExitCode code = recheck(RestartPolicy::WhenNeeded, node.world());

    EXPECT_EQ(code, ExitCode::Healthy);
    EXPECT_EQ(node.done, (Strings{"wait infinity", "record", "refresh", kubelite, cluster_agent,
                                  "prove 2", "rtc"}));
}

TEST(Recheck, TouchesNothingWhileTheClockIsNotTrusted)
{
    for (const Trust trust : {Trust::Unknown, Trust::Wrong}) {
        FakeNode node;
        node.trust = trust;

        EXPECT_EQ(recheck(RestartPolicy::WhenNeeded, node.world()), ExitCode::Refused);
        EXPECT_EQ(node.done, Strings{"wait infinity"});
    }
}

const Strings nothing{"wait 1 min", "record", "refresh", "prove 0", "rtc"};

FakeNode healthy_node()
{
    FakeNode node{0s};
    node.state = released(GateOutcome::Synchronized);
    node.agent_serves_old = false;
    return node;
}

TEST(Recheck, RestartsNothingOnAHealthyNode)
{
    EXPECT_EQ(healthy_node().again(), nothing);
}

TEST(Recheck, RestartsAnAgentThatServesTheOldOne)
{
    FakeNode node = healthy_node();
    node.agent_serves_old = true;

    EXPECT_EQ(node.again(),
              (Strings{"wait 1 min", "record", "refresh", cluster_agent, "prove 1", "rtc"}));
    EXPECT_EQ(node.again(), nothing);
}

TEST(Recheck, RestartsKubeliteOnceForAStepBack)
{
    const Strings once{"wait 1 min", "record", "refresh", kubelite, "prove 1", "rtc"};
    FakeNode node = healthy_node();
    node.step(-2h);

    EXPECT_EQ(node.again(), once);
    EXPECT_EQ(node.again(), nothing);
    node.pass(24h);
    EXPECT_EQ(node.again(), nothing);
    node.step(-61min);  // another one
    EXPECT_EQ(node.again(), once);
}

TEST(Recheck, RestartsNothingForAStepForwardOrASmallOne)
{
    for (const Span step : {Span{720h}, Span{1h}, Span{-59s}, Span{-1min}}) {
        FakeNode node = healthy_node();
        node.step(step);

        EXPECT_EQ(node.again(), nothing) << to_text(step);
    }
}

/// Entry 4 of the reality, from the first look to the last.
TEST(Recheck, RestartsKubeliteOnceForAnExcursion)
{
    FakeNode node = healthy_node();
    RecheckWorld world = node.world();
    std::vector<Instant> looks;
    world.note_excursion = [&](const std::string& instance, const ClockPair& now) {
        EXPECT_EQ(instance, instance_name(kubelite, node.since[kubelite]));
        looks.push_back(now.wall);
        return Span{2h};
    };

    node.done.clear();
    recheck(RestartPolicy::WhenNeeded, world);

    EXPECT_EQ(node.done, (Strings{"wait 1 min", "record", "refresh", kubelite, "prove 1", "rtc"}));
    EXPECT_EQ(looks.size(), 2U);
}

/// Entry 3 of the reality.
TEST(Recheck, RestartsTheDatabaseWhoseCertificateWasRedated)
{
    FakeNode node = healthy_node();
    const std::string dqlite = "snap.microk8s.daemon-k8s-dqlite.service";
    node.since[dqlite] = node.now;
    RecheckWorld world = node.world();
    int looks = 0;
    world.cluster_certificate = [&] { return std::to_string(++looks); };

    node.done.clear();
    recheck(RestartPolicy::WhenNeeded, world);

    EXPECT_NE(std::ranges::find(node.done, dqlite), node.done.end());
}

/// Saved and resumed a day later: the guest's clocks stood still, and chronyd puts one of them
/// right.
TEST(Recheck, RestartsNothingAfterASavedState)
{
    FakeNode node = healthy_node();
    node.step(24h);
    EXPECT_EQ(node.again(), nothing);
}

/// A checkpoint from when the clock was a month ahead: no boot, and a step back.
TEST(Recheck, RestartsKubeliteAfterACheckpointWithAWrongClock)
{
    FakeNode node;
    node.agent_serves_old = false;
    node.state = released(GateOutcome::Synchronized);
    EXPECT_EQ(node.again(),
              (Strings{"wait 1 min", "record", "refresh", kubelite, "prove 1", "rtc"}));
}

TEST(Recheck, DoesNotAskTwiceForARestartThatDoesNotCome)
{
    FakeNode node = healthy_node();
    node.restarts_work = false;
    node.step(-2h);
    node.again();

    EXPECT_EQ(recheck(RestartPolicy::WhenNeeded, node.world()), ExitCode::Critical);
    EXPECT_EQ(node.again(), nothing);
}

TEST(Recheck, StopsWithAClockThatGoesToAndFro)
{
    FakeNode node = healthy_node();
    std::size_t restarts = 0;
    for (int i = 0; i < 8; ++i) {
        node.step(-2h);
        const Strings done = node.again();
        restarts += static_cast<std::size_t>(std::ranges::count(done, kubelite));
        node.step(2h);
        node.pass(60s);
        node.since[kubelite] = node.now;
    }
    EXPECT_EQ(restarts, 3U);
}

TEST(Recheck, RestartsNothingWhereTheOperatorSaysSo)
{
    FakeNode node = healthy_node();
    node.step(-2h);

    testing::internal::CaptureStderr();
    EXPECT_EQ(recheck(RestartPolicy::Never, node.world()), ExitCode::Critical);
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              "clockguard: CG410 snap.microk8s.daemon-kubelite.service: was not restarted, "
              "although it holds a wrong time in memory: certs.restart = \"never\"\n");
    EXPECT_EQ(node.done, nothing);
}

TEST(Recheck, LeavesAStoppedMicrok8sStopped)
{
    FakeNode node;
    node.since.clear();
    node.state = released(GateOutcome::Synchronized);

    EXPECT_EQ(node.again(), nothing);
}

TEST(Recheck, LeavesAloneWhatAnotherStopsOrRestartsMeanwhile)
{
    for (const bool comes_back : {false, true}) {
        FakeNode node;
        node.since.erase(kubelite);
        RecheckWorld world = node.world();
        world.agent_serves_old = [&] {
            node.since.erase(cluster_agent);
            if (comes_back)
                node.since[cluster_agent] = node.now;
            return true;
        };

        EXPECT_EQ(recheck(RestartPolicy::WhenNeeded, world), ExitCode::Healthy) << comes_back;
        EXPECT_EQ(node.done, (Strings{"wait infinity", "record", "refresh", "prove 0", "rtc"}));
    }
}

TEST(Recheck, ComplainsOfNothingThatHasStopped)
{
    for (const RestartPolicy policy : {RestartPolicy::WhenNeeded, RestartPolicy::Never}) {
        FakeNode node;
        node.since.erase(cluster_agent);
        RecheckWorld world = node.world();
        world.note_excursion = [&, looks = 0](const std::string&, const ClockPair&) mutable {
            if (++looks == 2)  // after kubelite was seen to run
                node.since.erase(kubelite);
            return Span{};
        };

        EXPECT_EQ(recheck(policy, world), ExitCode::Healthy);
        EXPECT_EQ(std::ranges::count(node.done, kubelite), 0);
    }
}

TEST(Recheck, WorksWhereTheGateNeverRan)
{
    FakeNode node = healthy_node();
    node.state = fail("no record");

    EXPECT_EQ(node.again(), nothing);
}

TEST(Recheck, TellsThatARepairFailed)
{
    FakeNode node;
    node.refreshing = ExitCode::Critical;

    EXPECT_EQ(recheck(RestartPolicy::WhenNeeded, node.world()), ExitCode::Critical);
    EXPECT_EQ(node.done.back(), "rtc");

    FakeNode refusing;
    refusing.refreshing = ExitCode::Refused;
    EXPECT_EQ(recheck(RestartPolicy::WhenNeeded, refusing.world()), ExitCode::Refused);
}

TEST(Recheck, TellsAFailureBeforeARefusal)
{
    FakeNode node;
    node.refreshing = ExitCode::Refused;
    RecheckWorld world = node.world();
    world.correct_rtc = [] { return ExitCode::Critical; };

    EXPECT_EQ(recheck(RestartPolicy::WhenNeeded, world), ExitCode::Critical);
}

TEST(Recheck, NeedsRoot)
{
    const AsAnotherUser nobody;
    testing::internal::CaptureStderr();

    EXPECT_EQ(run_recheck({}), ExitCode::NeedsRoot);

    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              "clockguard: cannot recheck: needs root (sudo)\n");
}

}  // namespace
}  // namespace clockguard
