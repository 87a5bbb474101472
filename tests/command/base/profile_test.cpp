// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/profile.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/certs/cert_profile_toml.hpp"
#include "clockguard/edge/base/files.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

constexpr const char* own = "/etc/clockguard/profiles/";
constexpr const char* packaged = "/usr/share/clockguard/profiles/";

std::string profile_of(const std::string& title)
{
    return "title = \"" + title +
           "\"\ndata = \"/var/k\"\n[[certificate]]\nname = \"ca\"\npath = \"ca.crt\"\n";
}

std::string title_or_error(const Tree& tree, const std::string& name)
{
    const auto profile = load_profile({.folder = tree.folder()}, name);
    return profile ? profile->title : to_text(profile.error());
}

TEST(LoadProfile, PrefersTheAdministratorsThenThePackagesThenTheBuiltIn)
{
    const Tree tree;
    EXPECT_EQ(title_or_error(tree, "microk8s"), "MicroK8s");

    tree.write(std::string{packaged} + "microk8s.toml", profile_of("packaged"));
    EXPECT_EQ(title_or_error(tree, "microk8s"), "packaged");

    tree.write(std::string{own} + "microk8s.toml", profile_of("own"));
    EXPECT_EQ(title_or_error(tree, "microk8s"), "own");
}

TEST(LoadProfile, NeverPassesOverAFileItDoesNotUnderstand)
{
    const Tree tree;
    tree.write(std::string{own} + "microk8s.toml", "titel = \"MicroK8s\"\n");

    EXPECT_EQ(title_or_error(tree, "microk8s"),
              "cannot read profile '" + tree.path(own) +
                  "microk8s.toml': line 1: unknown key 'titel' (did you mean 'title'?)");
}

TEST(DistributionName, IsNeverAReasonToFail)
{
    const Tree tree{{std::string{own} + "torn.toml", "torn"}};
    const Root root{.folder = tree.folder()};

    EXPECT_EQ(distribution_name(root, "k3s"), "k3s");
    EXPECT_EQ(distribution_name(root, "torn"), "MicroK8s");
}

TEST(LoadProfile, ListsThoseThereAre)
{
    const Tree tree;
    tree.write(std::string{own} + "mine.toml", profile_of("mine"));
    tree.write(std::string{own} + "README", "no profile\n");

    EXPECT_EQ(title_or_error(tree, "mine"), "mine");
    EXPECT_EQ(title_or_error(tree, "minikube"),
              "cannot find profile 'minikube' (certs.profile); there are: k0s, k3s, kubeadm, "
              "microk8s, mine, rke2");
}

TEST(Manual, HasAnExampleThatCanBeUsed)
{
    const auto page = read_file(MANUAL "/clockguard-profile.5.scd");
    ASSERT_TRUE(page) << to_text(page.error());
    const auto begin = page->find("```\n", page->find("# EXAMPLE")) + 4;

    const auto profile =
        parse_profile(page->substr(begin, page->find("```", begin) - begin), "the example");

    ASSERT_TRUE(profile) << to_text(profile.error());
    EXPECT_EQ(profile->places.size(), 3U);
    EXPECT_EQ(profile->args.folder, "/etc/example");
}

/// clockguard looks for MicroK8s where it is told of nothing else.
TEST(OtherDistribution, IsTheOneThatIsThereInstead)
{
    const Tree tree;
    const Root root{.folder = tree.folder()};
    EXPECT_EQ(other_distribution(root, "microk8s"), "");

    tree.write("/etc/kubernetes/manifests/x", "");
    EXPECT_EQ(other_distribution(root, "microk8s"), "");

    tree.write("/var/lib/rancher/k3s/server/tls/server-ca.crt", "");
    EXPECT_EQ(other_distribution(root, "microk8s"),
              "k3s is: to have its certificates judged, set certs.profile = \"k3s\" in "
              "/etc/clockguard/clockguard.toml");
    EXPECT_EQ(other_distribution(root, "k3s"), "");
}

}  // namespace
}  // namespace clockguard
