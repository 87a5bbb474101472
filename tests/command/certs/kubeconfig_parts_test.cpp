// SPDX-License-Identifier: Apache-2.0
#include "command/certs/kubeconfig_parts.hpp"

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

const std::string revision = "/var/snap/microk8s/8511";

/// A node with these files below its data; its kubeconfig is in another folder.
struct PartsNode {
    Tree tree{{revision + "/certs/client.key", "the key"},
              {revision + "/certs/empty.key", ""},
              {"/etc/own.key", "not to be read"}};
    CertPlace place{.path = "/var/snap/microk8s/current/credentials/client.config"};
    CertSurvey survey{.profile = {.data = "/var/snap/microk8s/current"},
                      .installed = Installation{.root = {.folder = tree.folder()},
                                                .link = "/var/snap/microk8s/current",
                                                .data = revision},
                      .args = {.data = {.variable = "SNAP_DATA",
                                        .link = "/var/snap/microk8s/current",
                                        .target = revision}}};

    KubeconfigPart key(const Kubeconfig& config) const
    {
        return take_parts(config, place, survey).key;
    }
};

TEST(KubeconfigParts, AreWhatItEmbedsBeforeWhatItNames)
{
    const PartsNode node;
    const Kubeconfig config{.ca = EmbeddedData{.text = "ca"},
                            .certificate = EmbeddedData{.text = "certificate"},
                            .key = EmbeddedData{.text = "key"},
                            .key_file = "../certs/client.key"};

    const KubeconfigParts parts = take_parts(config, node.place, node.survey);

    EXPECT_EQ(parts.ca.text, "ca");
    EXPECT_EQ(parts.certificate.text, "certificate");
    EXPECT_EQ(parts.key.text, "key");
    EXPECT_EQ(parts.key.path, "");
    EXPECT_FALSE(parts.key.error);
}

TEST(KubeconfigParts, AreEmptyWhereItHasNone)
{
    const KubeconfigPart part = PartsNode{}.key({});

    EXPECT_EQ(part.text, "");
    EXPECT_EQ(part.path, "");
    EXPECT_FALSE(part.error);
}

TEST(KubeconfigParts, AreReadFromItsOwnFolderOn)
{
    const PartsNode node;
    for (const std::string& name : {std::string{"../certs/client.key"},
                                    std::string{"/var/snap/microk8s/current/certs/client.key"},
                                    revision + "/certs/client.key"}) {
        const KubeconfigPart part = node.key({.key_file = name});

        EXPECT_EQ(part.text, "the key") << name;
        EXPECT_EQ(part.path, "/var/snap/microk8s/current/certs/client.key") << name;
    }
}

TEST(KubeconfigParts, TellWhatIsNotThere)
{
    const KubeconfigPart part = PartsNode{}.key({.key_file = "none.key"});

    ASSERT_TRUE(part.error);
    EXPECT_EQ(part.error->code, std::errc::no_such_file_or_directory);
    EXPECT_FALSE(part.is_unclear);
}

TEST(KubeconfigParts, AreNotOpenedOutsideTheData)
{
    const KubeconfigPart part = PartsNode{}.key({.key_file = "/etc/own.key"});

    EXPECT_TRUE(part.is_unclear);
    EXPECT_EQ(part.text, "");
    ASSERT_TRUE(part.error);
    EXPECT_EQ(part.error->what,
              "names '/etc/own.key', which is outside /var/snap/microk8s/current");
}

TEST(KeyOf, IsTheKeyWhereverItIs)
{
    const PartsNode node;
    const auto key = [&](const Kubeconfig& config) {
        return key_of(config, node.place, node.survey);
    };

    EXPECT_EQ(key({.key = EmbeddedData{.text = "key"}}), "key");
    EXPECT_EQ(key({.key_file = "../certs/client.key"}), "the key");
    EXPECT_EQ(key({.key_file = "../certs/empty.key"}), std::nullopt);
    EXPECT_EQ(key({.key_file = "none.key"}), std::nullopt);
    EXPECT_EQ(key({}), std::nullopt);
}

}  // namespace
}  // namespace clockguard
