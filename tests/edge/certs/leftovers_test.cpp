// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/leftovers.hpp"

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

constexpr const char* calico = "/var/snap/microk8s/current/args/cni-network/calico-kubeconfig";
constexpr const char* last_start = "/var/snap/microk8s/common/run/containerd/last-start-date";

/// {"nbf":1775207254}, between a header and a signature.
constexpr const char* token = "eyJhbGciOiJSUzI1NiJ9.eyJuYmYiOjE3NzUyMDcyNTR9.c2lnbmF0dXJl";

constexpr Instant april{std::chrono::seconds{1775207254}};

std::string kubeconfig_with(const std::string& secret)
{
    return "apiVersion: v1\nkind: Config\nusers:\n- name: calico\n  user:\n    token: \"" + secret +
           "\"\n";
}

TEST(ReadLeftovers, FindsCalicosTokenAndContainerdsLastStart)
{
    const Tree tree{{calico, kubeconfig_with(token)}, {last_start, "1775207254\n"}};

    const Leftovers left = read_leftovers({.folder = tree.folder()});

    ASSERT_TRUE(left.calico);
    EXPECT_EQ(left.calico->not_before, april);
    EXPECT_EQ(left.containerd_last_start, april);
}

TEST(ReadLeftovers, NeedsNeitherFile)
{
    const Tree tree;

    const Leftovers left = read_leftovers({.folder = tree.folder()});

    EXPECT_FALSE(left.calico);
    EXPECT_FALSE(left.containerd_last_start);
}

TEST(ReadLeftovers, LeavesOutWhatIsInAnotherForm)
{
    for (const char* text : {"", "token: a.b\n", "users: []\n"}) {
        const Tree tree{{calico, text}, {last_start, "Tue Mar  3 08:20:11 UTC 2026\n"}};

        const Leftovers left = read_leftovers({.folder = tree.folder()});

        EXPECT_FALSE(left.calico) << text;
        EXPECT_FALSE(left.containerd_last_start);
    }
}

TEST(ReadLeftovers, ReadsOneWithoutTheOther)
{
    const Tree tree{{calico, kubeconfig_with("torn")}, {last_start, "1775207254"}};

    const Leftovers left = read_leftovers({.folder = tree.folder()});

    EXPECT_FALSE(left.calico);
    EXPECT_EQ(left.containerd_last_start, april);
}

}  // namespace
}  // namespace clockguard
