// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/last_start.hpp"

#include <gtest/gtest.h>

#include "support/certs_node.hpp"

namespace clockguard {
namespace {

const std::string file = "/var/snap/microk8s/common/run/containerd/last-start-date";
const std::string a_month_ahead = "1775207254\n";

/// Entry 1 of the reality: the boot after a bad boot.
struct BadNode : Node {
    BadNode() : BadNode{Microk8sTree{}.installed} {}
    explicit BadNode(const TestDates& leaves)
    {
        tree.leaves = leaves;
        tree.build();
        tree.tree.write(file, a_month_ahead);
    }

    std::string date() const { return tree.tree.read(file); }
};

TEST(LastStart, FromTheFutureBecomesZeroBeforeContainerdStarts)
{
    BadNode node;

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.err, "");
    EXPECT_EQ(said.out,
              "set containerd's last start (2026-04-03T09:07:34Z, in the future) to 0: its "
              "next start cleans up what the last boot left\n"
              "nothing to do: 16 certificates are valid\n");
    EXPECT_EQ(node.date(), "0\n");
}

TEST(LastStart, IsToldInJson)
{
    BadNode node;
    node.output.format = Format::Json;

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_NE(said.out.find("\"id\": \"microk8s.last_start\""), std::string::npos) << said.out;
    EXPECT_NE(
        said.out.find("set containerd's last start (2026-04-03T09:07:34Z, in the future) to 0"),
        std::string::npos)
        << said.out;
    EXPECT_EQ(node.refresh().out.find("microk8s.last_start"), std::string::npos);
}

TEST(LastStart, StaysWhileContainerdRuns)
{
    BadNode node;
    CertsWorld world = node.world();
    world.containerd_runs = [] { return true; };

    const auto mended = reset_last_start(node.context(), world, node.now);

    EXPECT_EQ(mended.value_or("?"), "");
    EXPECT_EQ(node.date(), a_month_ahead);
}

TEST(LastStart, StaysWithoutATrustedClockAndInADryRunAndWhereNamesAreGiven)
{
    BadNode node;
    node.refresh({.dry_run = true});
    EXPECT_EQ(node.date(), a_month_ahead);
    node.refresh({.select = {.names = {"server"}}, .yes = true});
    EXPECT_EQ(node.date(), a_month_ahead);
    node.clock.trusted = false;
    node.refresh();
    EXPECT_EQ(node.date(), a_month_ahead);
}

TEST(LastStart, StaysUntilTheRefreshIsConfirmed)
{
    for (const bool agreed : {false, true}) {
        BadNode node{dates("2026-04-03T08:07:34Z", "2027-04-03T08:07:34Z")};
        node.answer = agreed;

        const Said said = node.refresh({});

        EXPECT_EQ(node.asked.size(), 1U) << said.out << said.err;
        EXPECT_EQ(node.date(), agreed ? "0\n" : a_month_ahead);
    }
}

TEST(LastStart, StaysWhenItIsOfThePastOrNoDate)
{
    for (const char* text : {"1772526010\n", "0\n", "", "tomorrow\n", "-1\n"}) {
        BadNode node;
        node.tree.tree.write(file, text);

        EXPECT_EQ(reset_last_start(node.context(), node.world(), node.now).value_or("?"), "");

        EXPECT_EQ(node.date(), text);
    }
}

/// A link would lead a program of root's elsewhere.
TEST(LastStart, IsWrittenThroughNoLink)
{
    BadNode node;
    node.tree.tree.write("/elsewhere", a_month_ahead);
    std::filesystem::remove(node.tree.tree.path(file));
    std::filesystem::create_symlink(node.tree.tree.path("/elsewhere"), node.tree.tree.path(file));

    EXPECT_EQ(reset_last_start(node.context(), node.world(), node.now).value_or("?"), "");

    EXPECT_EQ(node.tree.tree.read("/elsewhere"), a_month_ahead);
}

}  // namespace
}  // namespace clockguard
