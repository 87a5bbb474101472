// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/profile_advice.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(ProfileAdvice, KnowsACommandByItsProgram)
{
    const CommandLine rotate =
        parse_renewal("systemctl stop k3s; k3s certificate rotate; systemctl start k3s").command;

    EXPECT_EQ(rotate.steps,
              (std::vector<std::string>{"systemctl stop k3s", "k3s certificate rotate",
                                        "systemctl start k3s"}));
    EXPECT_EQ(rotate.restarts, Restarts::Kubernetes);
    EXPECT_EQ(rotate.dated_by, DatedBy::SystemClock);
    EXPECT_EQ(parse_renewal("k0s x").command.steps.size(), 1U);
}

TEST(ProfileAdvice, LeavesANoteAsItIs)
{
    EXPECT_EQ(to_text(parse_renewal("k3s x; k3s y # first this; then that")),
              "sudo k3s x; sudo k3s y # first this; then that");
    EXPECT_EQ(to_text(parse_renewal("k3s x # once")), "sudo k3s x # once");
}

TEST(ProfileAdvice, TakesAnythingElseForWords)
{
    for (const char* text :
         {"on a control plane node: kubeadm kubeconfig user", "k0s", "rmdir /a", "example renew"}) {
        EXPECT_EQ(parse_renewal(text).words, text);
        EXPECT_TRUE(parse_renewal(text).command.empty()) << text;
    }
}

TEST(ProfileAdvice, TellsWhatIsRestartedAndKept)
{
    const CommandLine microk8s = parse_renewal("microk8s refresh-certs --cert server.crt").command;
    EXPECT_EQ(microk8s.restarts, Restarts::Microk8s);
    EXPECT_EQ(microk8s.keeps, "keeps a backup");

    EXPECT_EQ(parse_renewal("snap stop a; mv -T /a /a.old; snap start a").command.restarts,
              Restarts::Microk8s);

    const CommandLine pod =
        parse_renewal("kubeadm x; mv -T /etc/kubernetes/manifests/a /b").command;
    EXPECT_EQ(pod.restarts, Restarts::Kubernetes);
    EXPECT_EQ(parse_renewal("kubeadm certs renew admin.conf").command.restarts, Restarts::Nothing);
    EXPECT_TRUE(parse_renewal("systemctl stop a; mv -T /a /a.old").command.moves_aside);
}

TEST(ProfileAdvice, PutsTheKeyBeforeItsCertificate)
{
    const Advice both = in_turn(parse_renewal("openssl genrsa -out /a 2048"),
                                parse_renewal("microk8s refresh-certs --cert server.crt"));

    EXPECT_EQ(to_text(both), "sudo openssl genrsa -out /a 2048; sudo microk8s refresh-certs --cert "
                             "server.crt");
    EXPECT_EQ(both.command.restarts, Restarts::Microk8s);
    EXPECT_EQ(both.command.keeps, "keeps a backup of the certificates");
    EXPECT_EQ(to_text(in_turn({"make a key"}, parse_renewal("k3s x"))), "make a key; sudo k3s x");
}

}  // namespace
}  // namespace clockguard
