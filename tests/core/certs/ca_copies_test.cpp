// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/ca_copies.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

std::string names_of(const std::vector<CopyHolder>& holders)
{
    std::string text;
    for (const CopyHolder& holder : holders)
        text += (text.empty() ? "" : ", ") + holder.who;
    return text;
}

TEST(CopyHolders, AreUsersAndPodsOfASingleNode)
{
    EXPECT_EQ(names_of(copy_holders("ca", NodeRole::Single)), "users, pods");
    EXPECT_EQ(names_of(copy_holders("cluster", NodeRole::Single)), "");
}

TEST(CopyHolders, AreTheOtherNodesOfAClusterToo)
{
    EXPECT_EQ(names_of(copy_holders("ca", NodeRole::Master)),
              "other control plane nodes, workers, users, pods");
    EXPECT_EQ(copy_holders("ca", NodeRole::Master)[1].how, "sudo microk8s leave");
    const auto cluster = copy_holders("cluster", NodeRole::Master);
    EXPECT_EQ(names_of(cluster), "other control plane nodes");
    EXPECT_EQ(cluster[0].how,
              "sudo scp /var/snap/microk8s/current/var/kubernetes/backend/cluster.crt "
              "NODE:/var/snap/microk8s/current/var/kubernetes/backend/cluster.crt");
}

TEST(CopyHolders, AreNoneOfWhatANodeKeepsToItself)
{
    for (const char* name : {"front-proxy-ca", "server", "client.config"})
        EXPECT_EQ(names_of(copy_holders(name, NodeRole::Master)), "") << name;
}

}  // namespace
}  // namespace clockguard
