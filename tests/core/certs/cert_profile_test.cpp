// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/cert_profile.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/profiles.hpp"

namespace clockguard {
namespace {

std::vector<std::string> names_of(const std::vector<CertPlace>& places)
{
    std::vector<std::string> names;
    std::ranges::transform(places, std::back_inserter(names), &CertPlace::name);
    return names;
}

TEST(Places, AreNotRepairedWhereTheProfileForbidsIt)
{
    const std::string leaf =
        "[[certificate]]\nname = \"api\"\npath = \"a\"\nissuer = \"ca\"\nrepair = \"reissue\"\n";

    EXPECT_EQ(cert_places(profile_from(profile_with(leaf)), NodeRole::Single)[1].repair,
              CertRepair::None);
    EXPECT_EQ(cert_places(profile_from(profile_with(leaf, "reissue = true\n")), NodeRole::Single)[1]
                  .repair,
              CertRepair::Reissue);
}

TEST(Places, SayOnAWorkerWhatItDoesNotUse)
{
    const CertProfile profile = profile_from(
        profile_with("[[certificate]]\nname = \"k\"\non = \"worker\"\npath = \"k.crt\"\n"
                     "[[certificate]]\nname = \"k\"\npath = \"k.crt\"\nissuer = \"ca\"\n"));

    const auto worker = cert_places(profile, NodeRole::Worker);
    EXPECT_EQ(names_of(worker), (std::vector<std::string>{"ca", "k"}));
    EXPECT_EQ(worker[0].skip, "this node is a worker, which does not use it");
    EXPECT_EQ(worker[1].skip, "");
    EXPECT_EQ(worker[1].issuer, "");
    const auto master = cert_places(profile, NodeRole::Master);
    EXPECT_EQ(names_of(master), (std::vector<std::string>{"ca", "k"}));
    EXPECT_EQ(master[1].issuer, "ca");
}

/// What is skipped on one kind of node may be used on the other.
TEST(Places, AreReplacedOnTheirOwnKindOfNode)
{
    const CertProfile profile = profile_from(profile_with(
        "[[certificate]]\nname = \"k\"\non = \"worker\"\npath = \"k.crt\"\nunless = \"n\"\n"
        "[[certificate]]\nname = \"k\"\npath = \"k.crt\"\n"));

    EXPECT_EQ(cert_places(profile, NodeRole::Worker)[1].unless, "/var/k/n");
    EXPECT_EQ(cert_places(profile, NodeRole::Single)[1].unless, "");
}

TEST(BuiltinProfiles, CanAllBeRead)
{
    const auto names = builtin_profile_names();

    EXPECT_TRUE(std::ranges::is_sorted(names));
    EXPECT_EQ(names, (std::vector<std::string>{"k0s", "k3s", "kubeadm", "microk8s", "rke2"}));
    for (const std::string& name : names)
        profile_from(std::string{builtin_profile(name)});
    EXPECT_EQ(builtin_profile("k8s"), "");
}

TEST(BuiltinProfiles, KnowEveryCertificateOfMicroK8s)
{
    const CertProfile profile = profile_from(std::string{builtin_profile("microk8s")});
    const std::vector<std::string> all{"ca",
                                       "server",
                                       "front-proxy-ca",
                                       "front-proxy-client",
                                       "kubelet",
                                       "kubelet-server",
                                       "client",
                                       "controller",
                                       "scheduler",
                                       "proxy",
                                       "apiserver-kubelet-client",
                                       "client.config",
                                       "controller.config",
                                       "scheduler.config",
                                       "proxy.config",
                                       "kubelet.config",
                                       "cluster",
                                       "etcd-ca",
                                       "etcd-client"};

    EXPECT_EQ(names_of(cert_places(profile, NodeRole::Single)), all);
    EXPECT_EQ(names_of(cert_places(profile, NodeRole::Master)), all);
    EXPECT_EQ(cert_places(profile, NodeRole::Worker).size(), 21U);
}

}  // namespace
}  // namespace clockguard
