// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_refresh.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/edge/base/files.hpp"
#include "support/certs_node.hpp"

namespace clockguard {
namespace {

TEST(CertsRefresh, RepairsTheIncident)
{
    Node node;
    node.tree.build();

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_EQ(said.out,
              "re-issued 'server': 2025-05-01 09:12 .. 2027-03-03 08:20 (was 2026-04-03 08:07 .. "
              "2027-04-03 08:07)\n"
              "re-issued 'front-proxy-client': 2025-05-01 09:12 .. 2027-03-03 08:20 (was "
              "2026-04-03 08:07 .. 2027-04-03 08:07)\n"
              "backup " +
                  node.tree.root().folder +
                  "/var/lib/clockguard/backups/20260303T082011Z. To go back: sudo clockguard certs "
                  "undo\n");
    EXPECT_EQ(said.err, "");
    EXPECT_EQ(node.check().out,
              "OK  16 certificates are valid\n"
              "  All 16 certificates stay valid for clock errors from -305 d to +365 d.\n");
    EXPECT_EQ(node.refresh().out, "nothing to do: 16 certificates are valid\n");
}

TEST(CertsRefresh, TouchesNothingElse)
{
    Node node;
    node.tree.build();
    auto before = node.tree.tree.snapshot();

    node.refresh();

    for (const char* written : {"/certs/server.crt", "/certs/front-proxy-client.crt",
                                "/certs/ca.srl", "/certs/front-proxy-ca.srl", "/certs"})
        before.erase(node.tree.path(written));
    auto after = node.tree.tree.snapshot();
    for (const auto& [path, text] : before)
        if (path.find("/var/snap/microk8s/") != std::string::npos) {
            EXPECT_EQ(after[path], text) << path;
        }
}

TEST(CertsRefresh, HasChronydMeasureAfterAPauseOfTheMachine)
{
    Node node;
    node.tree.build();
    node.was_paused = true;

    node.list();
    node.check();
    EXPECT_TRUE(node.was_paused);
    EXPECT_EQ(node.refresh({.dry_run = true}).code, ExitCode::Refused);
    EXPECT_TRUE(node.was_paused);
    EXPECT_EQ(node.refresh().code, ExitCode::Healthy);
}

TEST(CertsRefresh, RefusesWhileTheClockIsNotTrusted)
{
    Node node;
    node.tree.build();
    node.clock = {.why = "chrony: system clock is 30 d ahead (+/-0.001 s), limit 1 s"};
    const auto before = node.tree.tree.snapshot();

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot refresh certificates: the clock is not verified: "
                        "chrony: system clock is 30 d ahead (+/-0.001 s), limit 1 s. See: sudo "
                        "clockguard diagnose\n");
    EXPECT_EQ(node.tree.tree.snapshot(), before);
}

TEST(CertsRefresh, AsksBeforeItActs)
{
    Node node;
    node.tree.build();
    const std::string bad = node.tree.read("/certs/server.crt");

    Said said = node.refresh({});
    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot refresh certificates: confirmation needed. Re-run "
                        "with --yes (no terminal to ask on).\n");
    node.answer = false;
    said = node.refresh({});
    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err, "clockguard: cannot refresh certificates: not confirmed\n");
    EXPECT_EQ(node.tree.read("/certs/server.crt"), bad);
    node.answer = true;
    EXPECT_EQ(node.refresh({}).code, ExitCode::Healthy);
    EXPECT_NE(node.tree.read("/certs/server.crt"), bad);
    EXPECT_EQ(node.asked, std::vector<std::string>(3, "Re-issue them now? [y/N] "));
}

TEST(CertsRefresh, DoesNotTakeATornFileForAHealthyOne)
{
    Node node;
    node.tree.leaves = node.tree.installed;
    node.tree.build();
    node.tree.write("/certs/server.crt", "");

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Undetermined);
    EXPECT_EQ(said.out, fmt::format("CG214 'server' cannot be read and may need to be re-issued: "
                                    "certificate '{}' is empty\n",
                                    node.tree.path("/certs/server.crt")));
}

TEST(CertsRefresh, ClearsAwayWhatAKilledRunLeft)
{
    Node node;
    node.tree.build();
    for (const char* name : {"/certs/server.crt", "/certs/ca.srl", "/credentials/client.config"})
        node.tree.write(std::string{name} + ".clockguard-aB3xYz", "torn");
    node.tree.tree.write("/var/lib/clockguard/backups/20260303T080000Z/certs/server.crt", "torn");

    ASSERT_EQ(node.refresh().code, ExitCode::Healthy);

    for (const auto& [path, text] : node.tree.tree.snapshot())
        EXPECT_EQ(path.find(".clockguard-"), std::string::npos) << path;
    EXPECT_FALSE(file_exists(node.tree.tree.path("/var/lib/clockguard/backups/20260303T080000Z")));
}

TEST(CertsRefresh, RefusesWhileTheNodeJoins)
{
    Node node;
    node.tree.build();
    node.tree.lock("join-in-progress");

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Refused);
    EXPECT_EQ(said.err,
              "clockguard: cannot refresh certificates: this node is joining a cluster\n");
}

TEST(CertsRefresh, LeavesAStoppedMicrok8sStoppedButSound)
{
    Node node;
    node.tree.build();
    node.tree.lock("stopped.lock");

    EXPECT_EQ(node.refresh().code, ExitCode::Healthy);
    EXPECT_TRUE(std::filesystem::exists(node.tree.path("/var/lock/stopped.lock")));
}

TEST(CertsRefresh, RepairsANodeThatWasInstalledInTheFuture)
{
    Node node;
    node.tree.installed = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out << said.err;
    EXPECT_EQ(node.check().out.substr(0, 30), "OK  16 certificates are valid\n")
        << node.check().out;
    EXPECT_NE(said.out.find("updated 'kubelet.config': the copies embedded in it\n"),
              std::string::npos)
        << said.out;
}

TEST(CertsRefresh, LeavesTheCaOfAClusterAloneUntilTold)
{
    Node node;
    node.tree.installed = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();
    node.tree.lock("no-cert-reissue");
    const std::string ca = node.tree.read("/certs/ca.crt");

    EXPECT_EQ(node.refresh().code, ExitCode::Refused);

    EXPECT_EQ(node.tree.read("/certs/ca.crt"), ca);
}

}  // namespace
}  // namespace clockguard
