// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/recheck_repairs.hpp"

#include <gtest/gtest.h>

#include "clockguard/edge/base/clocks.hpp"
#include "support/certs_node.hpp"

namespace clockguard {
namespace {

using namespace std::chrono;

constexpr const char* restarts = "/var/lib/clockguard/restarts.json";

/// Begins and ends so many days from now: what is proved is proved by the real clock.
TestDates around_now(days begin, days end)
{
    const auto now = floor<seconds>(wall_now());
    return {now + begin, now + end};
}

/// A node whose certificates are valid now.
struct RealTimeNode : Node {
    RealTimeNode()
    {
        tree.installed = around_now(days{-300}, days{3350});
        tree.leaves = around_now(days{-60}, days{305});
    }

    Said prove(const std::vector<std::string>& restarted = {})
    {
        return say([&] { return prove_repaired(context(), restarted); });
    }
};

TEST(ProveRepaired, IsSilentWhereEverythingIsSound)
{
    RealTimeNode node;
    node.tree.build();

    const Said said = node.prove();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out, "");
    EXPECT_EQ(said.err, "");
}

TEST(ProveRepaired, FailsForACertificateThatIsStillBroken)
{
    RealTimeNode node;
    node.tree.special["server"] = around_now(days{30}, days{395});
    node.tree.build();

    const Said said = node.prove();

    EXPECT_EQ(said.code, ExitCode::Critical);
    const std::string said_first = "clockguard: CG201 server: is not valid until ";
    EXPECT_EQ(said.err.substr(0, said_first.size()), said_first);
}

TEST(ProveRepaired, TellsWhatNoRestartHealsAndFailsNothingForIt)
{
    RealTimeNode node;
    node.tree.build();
    const auto ahead = floor<seconds>(wall_now() + days{30}).time_since_epoch().count();
    node.tree.tree.write("/var/snap/microk8s/common/run/containerd/last-start-date",
                         std::to_string(ahead) + "\n");

    const Said said = node.prove();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out.substr(0, 17), "CG413 containerd ");
    EXPECT_NE(said.out.find("\n  sudo microk8s stop && sudo microk8s start\n"), std::string::npos)
        << said.out;
}

/// Entry 5 of the reality: its pods were started by the clock of then as well.
TEST(ProveRepaired, TellsOfSandboxesWhereKubeliteRanAhead)
{
    RealTimeNode node;
    node.tree.build();

    EXPECT_EQ(node.prove({"snap.microk8s.daemon-cluster-agent.service"}).out, "");
    const Said said = node.prove({"snap.microk8s.daemon-kubelite.service"});

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out.substr(0, 11), "CG415 pods ") << said.out;
    EXPECT_NE(said.out.find("\n  sudo microk8s stop && sudo microk8s start\n"), std::string::npos);
}

TEST(NoteExcursion, TellsTheHighestOfOneInstance)
{
    const Tree tree;
    const Root root{.folder = tree.folder()};
    const ClockPair start{.wall = Instant{days{20000}}, .monotonic = seconds{30}};
    const auto note = [&](const std::string& instance, Span moved) {
        return note_excursion(root, instance, {start.wall + moved, start.monotonic});
    };

    EXPECT_EQ(note("kubelite@1", {}), Span{0});
    EXPECT_EQ(note("kubelite@1", hours{2}), Span{0});
    EXPECT_EQ(note("kubelite@1", {}), Span{hours{2}});
    EXPECT_EQ(note("kubelite@1", minutes{-1}), Span{hours{2} + minutes{1}});
    EXPECT_EQ(note("kubelite@2", {}), Span{0});
}

TEST(ProveRepaired, FailsWhereNothingCanBeRead)
{
    RealTimeNode node;
    node.config.certs.profile = "none";

    EXPECT_EQ(node.prove().code, ExitCode::Critical);
}

TEST(BookRestart, AllowsEachInstanceOnce)
{
    RealTimeNode node;
    node.tree.build();

    EXPECT_EQ(record_restart(node.context(), "kubelite since 1"), "");
    EXPECT_NE(node.tree.tree.read(restarts).find("kubelite since 1"), std::string::npos);
    EXPECT_EQ(record_restart(node.context(), "kubelite since 1"),
              "it was told to restart before, and has not");
    EXPECT_EQ(record_restart(node.context(), "kubelite since 2"), "");
    EXPECT_EQ(record_restart(node.context(), "cluster-agent since 1"), "");
    EXPECT_EQ(record_restart(node.context(), "kubelite since 3"), "3 restarts in the last hour");
}

TEST(BookRestart, SaysThatItsRecordCannotBeUsed)
{
    RealTimeNode node;
    node.tree.build();
    node.tree.tree.write(restarts, "torn");

    std::string why = "not asked";
    const Said said = node.say([&] {
        why = record_restart(node.context(), "kubelite since 1");
        return ExitCode::Healthy;
    });

    EXPECT_EQ(why, "");
    EXPECT_EQ(said.err.find("clockguard: '" + node.tree.tree.path(restarts) +
                            "' cannot be used, ignoring: "),
              0U)
        << said.err;
}

/// A restart that is not on record would be one without a limit.
TEST(BookRestart, AllowsNoneThatCannotBeRecorded)
{
    RealTimeNode node;
    node.tree.build();
    node.tree.tree.write("/var/lib/clockguard", "no folder");

    std::string why;
    node.say([&] {
        why = record_restart(node.context(), "kubelite since 1");
        return ExitCode::Healthy;
    });

    EXPECT_NE(why, "");
}

TEST(AgentServesOld, IsNotSaidOfAServerThatIsNotKnown)
{
    RealTimeNode node;

    EXPECT_FALSE(agent_serves_old(node.context()));
}

}  // namespace
}  // namespace clockguard
