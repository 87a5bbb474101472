// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/x509.hpp"

#include <fmt/core.h>
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

/// "readable", or why the certificate is not, of one with such an extension.
std::string reading_of(const char* name, const char* value)
{
    const auto facts =
        read_certificate({.certificate = with_extensions(make_cert({}), {{name, value}})});
    return facts ? "readable" : facts.error().what;
}

/// As kubectl 1.32 takes them, and OpenSSL takes all.
TEST(X509Extensions, MakeACertificateUnreadableThatAreListsOfSomethingElse)
{
    for (const auto& [name, value] : TestExtensions{
             {"authorityInfoAccess", "OCSP;URI:http://a.example,caIssuers;DNS:b.example"},
             {"authorityInfoAccess", "DER:30:00"},
             {"authorityInfoAccess", "DER:30:05:30:03:06:01:2A"},
             {"authorityInfoAccess", "DER:30:07:30:05:06:01:2A:05:00"},
             {"certificatePolicies", "1.2.3.4,2.5.29.32.0"},
             {"certificatePolicies", "DER:30:00"},
             {"certificatePolicies", "DER:30:07:30:05:06:01:2A:05:00"},
             {"certificatePolicies", "DER:30:0A:30:08:06:06:69:88:80:80:80:00"}})
        EXPECT_EQ(reading_of(name, value), "readable") << value;
    for (const char* value :
         {"DER:05:00", "DER:04:00", "DER:30:02:05:00", "DER:30:02:30:00", "DER:30:04:30:02:06:00",
          "DER:30:05:30:03:06:01:80", "DER:30:05:30:03:0C:01:2A", "DER:30:81:05:30:03:06:01:2A"}) {
        EXPECT_EQ(reading_of("authorityInfoAccess", value),
                  "has the extension 'Authority Information Access' in a form that Kubernetes does "
                  "not read")
            << value;
        EXPECT_EQ(reading_of("certificatePolicies", value),
                  "has the extension 'X509v3 Certificate Policies' in a form that Kubernetes does "
                  "not read")
            << value;
    }
    EXPECT_NE(reading_of("authorityInfoAccess", "DER:30:0A:30:08:06:06:69:88:80:80:80:00"),
              "readable");
}

/// As kubectl 1.32 takes them, and Go reads them.
TEST(X509Extensions, MakeACertificateUnreadableThatAreEmptyOrNameNoPlace)
{
    EXPECT_EQ(reading_of("nameConstraints", "DER:30:02:A0:00"),
              "has the extension 'X509v3 Name Constraints' in a form that Kubernetes does not "
              "read");
    EXPECT_EQ(reading_of("crlDistributionPoints", "DER:30:06:30:04:A0:02:A1:00"),
              "has the extension 'X509v3 CRL Distribution Points' in a form that Kubernetes does "
              "not read");
}

/// Go reads it, and who is asked here does not.
TEST(X509Extensions, CannotBeJudgedWhereOpensslAloneDoesNotReadThem)
{
    for (const auto& [name, value] :
         TestExtensions{{"keyUsage", "DER:03:02:00:00"},
                        {"crlDistributionPoints", "DER:30:02:30:00"},
                        {"basicConstraints", "DER:30:06:01:01:FF:02:01:FF"}}) {
        const auto facts =
            read_certificate({.certificate = with_extensions(make_cert({}), {{name, value}})});
        ASSERT_FALSE(facts) << name;
        EXPECT_EQ(facts.error().what, "has an extension that OpenSSL does not read") << name;
        EXPECT_EQ(facts.error().code, std::errc::not_supported) << name;
    }
}

TEST(X509Extensions, LimitNoUseWhereTheyNameNone)
{
    const auto serves = [](const char* uses) {
        const auto facts = read_certificate(
            {.certificate = with_extensions(make_cert({}), {{"extendedKeyUsage", uses}})});
        return facts && facts->serves;
    };
    EXPECT_TRUE(serves("DER:30:00"));
    EXPECT_TRUE(serves("serverAuth"));
    EXPECT_FALSE(serves("clientAuth"));
    EXPECT_FALSE(serves("1.2.3.4"));
}

/// As kubectl 1.32 takes them.
TEST(X509Extensions, MakeACertificateUnreadableThatLimitNamesThatAreNone)
{
    for (const char* value :
         {"permitted;DNS:", "permitted;DNS:.example", "permitted;DNS:*.example",
          "excluded;email:a@b.example", "permitted;email:.example", "permitted;URI:.example"})
        EXPECT_EQ(reading_of("nameConstraints", value), "readable") << value;
    for (const char* value :
         {"permitted;DNS:a b", "permitted;DNS:example.", "excluded;DNS:..example",
          "permitted;DNS:a..b", "permitted;URI:10.0.0.1", "permitted;email:a b",
          "permitted;DNS:K\xC3\xB6ln"})
        EXPECT_EQ(reading_of("nameConstraints", value),
                  "has the extension 'X509v3 Name Constraints' in a form that Kubernetes does not "
                  "read")
            << value;
}

/// Go reads no object identifier with a number of more than 31 bits: one made of a UUID.
TEST(X509Extensions, MakeACertificateUnreadableWhoseNamesAreTooLong)
{
    EXPECT_EQ(reading_of("2.25.2147483647", "DER:05:00"), "readable");
    EXPECT_EQ(reading_of("2.25.329800735698586629295641978511506172918", "DER:05:00"),
              "has the extension '2.25.329800735698586629295641978511506172918' in a form that "
              "Kubernetes does not read");
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
