// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/x509.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/test_ca.hpp"

namespace clockguard {
namespace {

/// "X509v3 Policy Constraints since 33"; empty where Go refuses nothing.
std::string strange(const TestExtensions& extensions)
{
    const auto facts =
        read_certificate({.certificate = with_extensions(make_cert({}), extensions)});
    const StrangePart part = facts ? facts->strange_part : StrangePart{.name = "unread"};
    return part.known_since == 0 ? part.name
                                 : fmt::format("{} since {}", part.name, part.known_since);
}

/// As kubectl 1.32 and, of policies, the parser of Go 1.24 take them.
TEST(X509Extensions, AreRefusedWhereTheyAreCriticalAndUnknown)
{
    EXPECT_EQ(strange({}), "");
    for (const auto& [name, value] :
         TestExtensions{{"keyUsage", "critical,digitalSignature"},
                        {"extendedKeyUsage", "critical,serverAuth"},
                        {"basicConstraints", "critical,CA:TRUE"},
                        {"subjectAltName", "critical,IP:127.0.0.1"},
                        {"nameConstraints", "critical,permitted;DNS:example"},
                        {"crlDistributionPoints", "critical,URI:http://a.example/crl"},
                        {"certificatePolicies", "critical,1.2.3.4"},
                        {"authorityInfoAccess", "critical,OCSP;URI:http://a.example"},
                        {"subjectKeyIdentifier", "critical,hash"},
                        {"1.2.3.4", "DER:05:00"},
                        {"policyConstraints", "requireExplicitPolicy:0"}})
        EXPECT_EQ(strange({{name, value}}), "") << name;
    EXPECT_EQ(
        strange({{"subjectKeyIdentifier", "hash"}, {"authorityKeyIdentifier", "critical,keyid"}}),
        "");
    EXPECT_EQ(strange({{"1.2.3.4", "critical,DER:05:00"}}), "1.2.3.4");
    EXPECT_EQ(strange({{"nsCertType", "critical,server"}}), "Netscape Cert Type");
    EXPECT_EQ(strange({{"subjectAltName", "critical,RID:1.2.3.4"}}),
              "X509v3 Subject Alternative Name");
    EXPECT_EQ(strange({{"nameConstraints", "critical,excluded;RID:1.2.3.4"}}),
              "X509v3 Name Constraints");
}

TEST(X509Extensions, OfPoliciesAreKnownToLaterReleases)
{
    const std::pair policies{"policyConstraints", "critical,requireExplicitPolicy:0"};

    EXPECT_EQ(strange({policies}), "X509v3 Policy Constraints since 33");
    EXPECT_EQ(strange({{"inhibitAnyPolicy", "critical,0"}}), "X509v3 Inhibit Any Policy since 33");
    EXPECT_EQ(strange({{"policyMappings", "critical,1.2.3:1.2.4"}}),
              "X509v3 Policy Mappings since 33");
    EXPECT_EQ(strange({policies, {"1.2.3.4", "critical,DER:05:00"}}), "1.2.3.4");
}

TEST(X509Extensions, MakeACertificateUnreadableThatHasOneTwice)
{
    const std::string twice = with_extensions(
        make_cert({}), {{"basicConstraints", "CA:TRUE"}, {"basicConstraints", "critical,CA:TRUE"}});

    const auto facts = read_certificate({.certificate = twice, .is_pool = true});

    ASSERT_FALSE(facts);
    EXPECT_EQ(facts.error().what, "has the extension 'X509v3 Basic Constraints' twice, and "
                                  "Kubernetes reads no such certificate");
}

/// Their names are cut where they are written.
TEST(X509Extensions, AreOneOnlyIfTheirWholeNumbersAre)
{
    std::string first = "1.3.6.1.4.1";
    while (first.size() < 90)
        first += ".99999";
    const std::string second = first + ".1";

    EXPECT_EQ(strange({{first.c_str(), "DER:05:00"}, {second.c_str(), "DER:05:00"}}), "");
    EXPECT_EQ(strange({{first.c_str(), "DER:05:00"}, {first.c_str(), "DER:05:00"}}), "unread");
}

}  // namespace
}  // namespace clockguard
