// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_outcome.hpp"

#include <gtest/gtest.h>

#include "clockguard/command/certs/certs_refresh.hpp"
#include "support/certs_node.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

const std::string for_users_and_pods =
    "  users (the kubeconfigs that 'microk8s config' has printed):\n"
    "    microk8s config >~/.kube/config\n"
    "  pods (the ConfigMap kube-root-ca.crt of their namespace):\n"
    "    sudo snap restart microk8s.daemon-kubelite\n";

TEST(CertsRefresh, SaysWhatItWouldDo)
{
    Node node;
    node.tree.build();

    EXPECT_EQ(node.refresh({.select = {.names = {"server"}}, .dry_run = true}).out,
              "would re-issue 'server': 2025-05-01 09:12 .. 2027-03-03 08:20 (was 2026-04-03 "
              "08:07 .. 2027-04-03 08:07)\n");
}

TEST(CertsRefresh, TellsWhoHoldsACopyOfTheCa)
{
    Node node;
    node.tree.installed = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();
    CertsRefreshOptions all{.select = {.not_yet_valid = true, .include_ca = true}, .dry_run = true};

    const std::string planned = node.refresh(all).out;
    EXPECT_TRUE(planned.ends_with(
        "CG219 'ca' would get new dates. These hold a copy and must fetch the new one:\n" +
        for_users_and_pods))
        << planned;
    node.is_disk = true;
    EXPECT_NE(node.refresh(all).out.find("fetch the new one, on the machines themselves, not on "
                                         "this one:\n"),
              std::string::npos);
    node.is_disk = false;
    all.dry_run = false;
    all.yes = true;
    const Said said = node.refresh(all);
    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_NE(
        said.out.find("CG219 'ca' got new dates. These hold a copy and must fetch the new one:\n" +
                      for_users_and_pods + "backup "),
        std::string::npos)
        << said.out;
}

TEST(CertsRefresh, TellsTheNodesOfAClusterWhatToFetch)
{
    Node node;
    node.tree.installed = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();
    node.tree.lock("no-cert-reissue");

    const Said said =
        node.refresh({.select = {.not_yet_valid = true, .include_ca = true}, .yes = true});

    EXPECT_EQ(said.code, ExitCode::Healthy) << said.out << said.err;
    const std::string file = "/var/snap/microk8s/current/var/kubernetes/backend/cluster.crt";
    EXPECT_NE(said.out.find(
                  "CG219 'cluster' got new dates. These hold a copy and must fetch the new one:\n"
                  "  other control plane nodes (cluster.crt, byte for byte):\n"
                  "    sudo scp " +
                  file + " NODE:" + file +
                  "\nCG219 'ca' got new dates. These hold a copy and must fetch the new one:\n"
                  "  other control plane nodes (ca.crt and every kubeconfig):\n"
                  "    sudo clockguard certs refresh --name ca --include-ca\n"
                  "  workers (ca.remote.crt, kubelet.config and proxy.config):\n"
                  "    sudo microk8s leave, then microk8s join as 'microk8s add-node' says\n" +
                  for_users_and_pods),
              std::string::npos)
        << said.out;
}

TEST(CertsRefresh, TellsInJsonWhoHoldsACopyOfTheCa)
{
    Node node;
    node.tree.installed = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();
    node.output.format = Format::Json;

    const Said said =
        node.refresh({.select = {.not_yet_valid = true, .include_ca = true}, .yes = true});

    EXPECT_EQ(said.code, ExitCode::Healthy);
    for (const char* expected :
         {"\"code\": \"CG219\"", "\"command\": \"microk8s config >~/.kube/config\"",
          "\"note\": \"users: the kubeconfigs that 'microk8s config' has printed\"",
          "\"exit_code\": 0"})
        EXPECT_NE(said.out.find(expected), std::string::npos) << expected;
}

/// What no other node or user holds a copy of.
TEST(CertsRefresh, TellsNobodyOfTheFrontProxyCa)
{
    Node node;
    node.tree.special["front-proxy-ca"] = dates("2026-04-03T08:07:00Z", "2036-03-31T08:07:00Z");
    node.tree.build();

    EXPECT_EQ(node.refresh().out.find("CG219"), std::string::npos);
}

TEST(CertsRefresh, SpeaksJson)
{
    Node node;
    node.tree.build();
    node.output.format = Format::Json;

    const Said said = node.refresh();

    EXPECT_EQ(said.code, ExitCode::Healthy);
    EXPECT_TRUE(said.out.starts_with("{\n  \"schema\": \"clockguard.report/v1\"")) << said.out;
    for (const char* expected :
         {"\"clock_trusted\": true", "\"id\": \"certs.refresh.front_proxy_client\"",
          "\"state\": \"valid\"", "\"not_after\": \"2027-03-03T08:20:11Z\"", "\"exit_code\": 0"})
        EXPECT_NE(said.out.find(expected), std::string::npos) << expected;
}

}  // namespace
}  // namespace clockguard
