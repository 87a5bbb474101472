// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/installation.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

const std::string snap_data = "/var/snap/microk8s/current";

/// A profile whose marks stand below its data.
CertProfile marked_profile()
{
    return {
        .title = "MicroK8s",
        .data = snap_data,
        .folders = {snap_data + "/certs", snap_data + "/credentials"},
        .node = {.worker = snap_data + "/worker",
                 .master = snap_data + "/master",
                 .stopped = snap_data + "/stopped",
                 .joining = "!" + snap_data + "/settled"},
        .older = {.without = {snap_data + "/certs/client.crt", snap_data + "/certs/proxy.crt"}}};
}

/// A snap of the revision 8511, with what a test adds below it.
class Snap : public Tree {
public:
    Snap()
    {
        add("/settled");
        std::filesystem::create_symlink("8511", path(snap_data));
    }

    void add(const std::string& file, const std::string& text = "") const
    {
        write("/var/snap/microk8s/8511" + file, text);
    }

    void link_to(const std::string& target) const
    {
        std::filesystem::remove(path(snap_data));
        std::filesystem::create_symlink(target, path(snap_data));
    }

    Root root() const { return {.folder = folder()}; }

    /// As it is installed; the test fails where it is not.
    Installation installed(const CertProfile& of = marked_profile()) const
    {
        const auto found = read_installation(root(), of);
        EXPECT_TRUE(found && *found) << (found ? "not installed" : to_text(found.error()));
        return found ? found->value_or(Installation{}) : Installation{};
    }

    std::string refusal() const
    {
        const auto found = read_installation(root(), marked_profile());
        return found ? "read" : to_text(found.error());
    }
};

TEST(Installation, IsNoneWhereNothingIsInstalled)
{
    const Tree tree;

    const auto found = read_installation({.folder = tree.folder()}, marked_profile());

    ASSERT_TRUE(found) << to_text(found.error());
    EXPECT_FALSE(*found);
}

TEST(Installation, StaysWithTheRevisionThatTheLinkLedTo)
{
    const Snap snap;
    const Installation installed = snap.installed();
    snap.link_to("8512");

    EXPECT_EQ(installed.data, "/var/snap/microk8s/8511");
    EXPECT_EQ(installed.inside(snap_data), "/var/snap/microk8s/8511");
    EXPECT_EQ(installed.inside(snap_data + "/certs/ca.crt"),
              "/var/snap/microk8s/8511/certs/ca.crt");
    EXPECT_EQ(installed.inside(snap_data + "ly/x"), snap_data + "ly/x");
    EXPECT_EQ(installed.inside("/etc/x"), "/etc/x");
    EXPECT_EQ(installed.locate(snap_data + "/certs/ca.crt"),
              snap.path("/var/snap/microk8s/8511/certs/ca.crt"));
}

TEST(Installation, KnowsTheFormsOfARevision)
{
    const Snap snap;
    for (const std::string revision : {"8511", "x1", "./8511", "8511/"}) {
        snap.write("/var/snap/microk8s/" + revision + "/settled", "");
        snap.link_to(revision);
        EXPECT_EQ(snap.refusal(), "read") << revision;
    }
    snap.link_to("/var/snap/microk8s/8511");
    EXPECT_EQ(snap.refusal(), "read");
}

TEST(Installation, FollowsTheLinkOfASnapToNothingButARevision)
{
    const Snap snap;
    for (const std::string elsewhere :
         {"common", "8511/certs", "../other/8511", "x", "8511a", "xx1"}) {
        snap.write("/var/snap/microk8s/" + elsewhere + "/settled", "");
        snap.link_to(elsewhere);
        EXPECT_EQ(snap.refusal(), "cannot read the data of MicroK8s '" + snap.path(snap_data) +
                                      "', a link to '" +
                                      snap.path("/var/snap/microk8s/" + elsewhere) +
                                      "': that is not a revision of the snap");
    }
}

/// Of no other distribution the data are a link, but where an administrator has made them one.
TEST(Installation, FollowsTheLinkOfAnAdministrator)
{
    const Tree tree{{"/srv/k3s/server/x", ""}};
    std::filesystem::create_directories(tree.path("/var/lib/rancher"));
    std::filesystem::create_symlink("/srv/k3s", tree.path("/var/lib/rancher/k3s"));

    const auto found = read_installation({.folder = tree.folder()},
                                         {.title = "k3s", .data = "/var/lib/rancher/k3s"});

    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->data, "/srv/k3s");
}

TEST(Installation, MayHaveItsDataInAFolder)
{
    const Tree tree{{"/var/snap/microk8s/current/certs/ca.crt", "pem"}};

    const auto found = read_installation({.folder = tree.folder()}, marked_profile());

    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->data, snap_data);
    EXPECT_EQ((*found)->read(snap_data + "/certs/ca.crt").value_or("?"), "pem");
}

TEST(Installation, SaysThatItsDataLeadNowhere)
{
    const Snap snap;
    snap.link_to("8512");

    EXPECT_EQ(snap.refusal(), "cannot read the data of MicroK8s '" + snap.path(snap_data) +
                                  "', a link to '" + snap.path("/var/snap/microk8s/8512") +
                                  "': No such file or directory");
}

TEST(Installation, SaysThatItsDataCannotBeReached)
{
    const Tree tree{{"/var/snap", "no folder"}};

    const auto found = read_installation({.folder = tree.folder()}, marked_profile());

    ASSERT_FALSE(found);
    EXPECT_EQ(to_text(found.error()),
              "cannot read the data of MicroK8s '" + tree.path(snap_data) + "': Not a directory");
}

TEST(Installation, IsInTheRoleThatItsMarksTell)
{
    const Snap snap;
    EXPECT_EQ(snap.installed().node.role, NodeRole::Single);
    snap.add("/master");
    EXPECT_EQ(snap.installed().node.role, NodeRole::Master);
    snap.add("/worker");
    EXPECT_EQ(snap.installed().node.role, NodeRole::Worker);

    EXPECT_FALSE(snap.installed().node.is_stopped);
    snap.add("/stopped");
    EXPECT_TRUE(snap.installed().node.is_stopped);
}

TEST(Installation, IsMarkedByWhatIsNotThereAsWell)
{
    const Snap snap;
    EXPECT_FALSE(snap.installed().node.join_in_progress);
    std::filesystem::remove(snap.path("/var/snap/microk8s/8511/settled"));
    EXPECT_TRUE(snap.installed().node.join_in_progress);

    const CertProfile without_marks{.title = "K", .data = snap_data};
    EXPECT_FALSE(snap.installed(without_marks).node.join_in_progress);
    EXPECT_EQ(snap.installed(without_marks).node.role, NodeRole::Single);
}

TEST(Installation, IsOlderWithoutAnyOfWhatCameLater)
{
    const Snap snap;
    EXPECT_TRUE(snap.installed().is_older);
    snap.add("/certs/proxy.crt");
    EXPECT_FALSE(snap.installed().is_older);
    EXPECT_FALSE(snap.installed({.title = "K", .data = snap_data}).is_older);
}

TEST(Installation, HasCertificatesOnceOneOfItsFoldersIsFilled)
{
    const Snap snap;
    EXPECT_FALSE(snap.installed().has_certificates);
    std::filesystem::create_directories(snap.path("/var/snap/microk8s/8511/certs"));
    EXPECT_FALSE(snap.installed().has_certificates);
    snap.add("/credentials/client.config");
    EXPECT_TRUE(snap.installed().has_certificates);
    snap.add("/certs/ca.crt");
    std::filesystem::remove_all(snap.path("/var/snap/microk8s/8511/credentials"));
    EXPECT_TRUE(snap.installed().has_certificates);
}

TEST(Installation, SaysWhichFolderCannotBeListed)
{
    const Snap snap;
    snap.add("/certs", "no folder");

    EXPECT_EQ(snap.refusal(), "cannot list folder '" + snap.path("/var/snap/microk8s/8511/certs") +
                                  "': Not a directory");
}

TEST(Installation, ReadsACertificateWhereverALinkLeads)
{
    const Snap snap;
    snap.write("/etc/own.crt", "pem");
    snap.add("/certs/x", "");
    std::filesystem::create_symlink("/etc/own.crt",
                                    snap.path("/var/snap/microk8s/8511/certs/own.crt"));

    EXPECT_EQ(snap.installed().read(snap_data + "/certs/own.crt").value_or("?"), "pem");
}

/// Others than root may write below the data.
TEST(Installation, ReadsAKeyThroughNoLinkBelowItsData)
{
    const Snap snap;
    snap.add("/certs/ca.key", "key");
    snap.write("/root/secret.key", "secret");
    const std::string led = "/var/snap/microk8s/8511/certs/led.key";
    std::filesystem::create_symlink("/root/secret.key", snap.path(led));

    EXPECT_EQ(snap.installed().read_key(snap_data + "/certs/ca.key").value_or("?"), "key");
    EXPECT_EQ(to_text(snap.installed().read_key(snap_data + "/certs/led.key").error()),
              "cannot read '" + snap.path(led) + "': it is a link, or in a folder that is one");
}

TEST(Installation, TrustsTheFolderOfAKeyElsewhere)
{
    const Snap snap;
    snap.write("/srv/pki/ca.key", "key");
    std::filesystem::create_symlink("/srv/pki", snap.path("/etc-pki"));
    std::filesystem::create_symlink("ca.key", snap.path("/srv/pki/led.key"));

    EXPECT_EQ(snap.installed().read_key("/etc-pki/ca.key").value_or("?"), "key");
    EXPECT_FALSE(snap.installed().read_key("/etc-pki/led.key"));
}

}  // namespace
}  // namespace clockguard
