// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/cert_identity.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

std::string said_of(const CertPlace& place, const CertFacts& facts)
{
    return identity_objection({.place = place, .facts = facts});
}

const CertPlace server{.name = "server", .issuer = "ca", .use = CertUse::Server};
const CertPlace kubelet{
    .name = "kubelet", .issuer = "ca", .subject = "CN=system:node:*,O=system:nodes"};
const CertPlace client{.name = "client",
                       .issuer = "ca",
                       .use = CertUse::Client,
                       .subject = "CN=admin,O=system:masters"};

TEST(CertIdentity, IsThatOfThePlace)
{
    EXPECT_EQ(said_of(server, {.subject = "C=GB,O=Canonical,CN=127.0.0.1"}), "");
    EXPECT_EQ(said_of(client, {.subject = "O=system:masters,CN=admin"}), "");
    EXPECT_EQ(said_of(client, {.subject = "CN=someone,O=developers"}), "");
    EXPECT_EQ(said_of(kubelet, {.subject = "CN=system:node:edge-07,O=system:nodes"}), "");
    EXPECT_EQ(said_of(kubelet, {.subject = "CN=system:node:edge-07+O=system:nodes"}), "");
}

TEST(CertIdentity, HasNoRightsThatAnotherPlaceIsFor)
{
    EXPECT_EQ(said_of(server, {.subject = "O=system:masters,CN=127.0.0.1"}),
              "its subject 'O=system:masters,CN=127.0.0.1' has rights (O=system:masters) that this "
              "place must not have");
    for (const char* other : {"CN=system:node:a,O=system:masters", "O=system:masters+CN=a",
                              "CN=system:nodes", "CN=a\\\\,O=system:masters"})
        EXPECT_NE(said_of(kubelet, {.subject = other}), "") << other;
    EXPECT_EQ(said_of(kubelet, {.subject = "CN=a\\,O=system:masters"}), "");
}

TEST(CertIdentity, IsNoCasOutsideACasPlace)
{
    EXPECT_EQ(said_of(server, {.is_ca = true}), "it is a CA's certificate in a place for another");
    EXPECT_EQ(said_of({.name = "ca", .issuer = "ca"}, {.is_ca = true}), "");
}

TEST(CertIdentity, IsForTheUseOfItsPlace)
{
    EXPECT_EQ(said_of(server, {.serves = false}), "its extended key usage is not that of a server");
    EXPECT_EQ(said_of(client, {.calls = false}), "its extended key usage is not that of a client");
    EXPECT_EQ(said_of(server, {.calls = false}), "");
    EXPECT_EQ(said_of(client, {.serves = false}), "");
    EXPECT_EQ(said_of(kubelet, {.serves = false, .calls = false}), "");
}

}  // namespace
}  // namespace clockguard
