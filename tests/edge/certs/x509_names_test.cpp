// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/x509.hpp"

#include <gtest/gtest.h>

#include "support/microk8s_tree.hpp"

namespace clockguard {
namespace {

const auto now = at("2026-03-03T08:20:11Z");

bool is_for_host(const std::string& pem, const char* host)
{
    return CertReader{}.is_for_host(pem, host);
}

std::string naming(const char* hosts)
{
    return make_cert({.name = "127.0.0.1",
                      .not_before = now - std::chrono::days{1},
                      .not_after = now + std::chrono::days{1},
                      .hosts = hosts})
        .pem;
}

TEST(X509Names, AreForAHostByTheSubjectAlternativeNamesAlone)
{
    const std::string pem = naming("DNS:*.example,DNS:Node,IP:127.0.0.1,IP:fd00::5,DNS:10.0.0.9");

    for (const char* host :
         {"127.0.0.1", "fd00::5", "fd00:0::5", "::ffff:127.0.0.1", "a.example", "node", "node."})
        EXPECT_TRUE(is_for_host(pem, host)) << host;
    for (const char* host :
         {"127.0.0.2", "10.0.0.9", "localhost", "::1", "example", "", "fd00::5%eth0"})
        EXPECT_FALSE(is_for_host(pem, host)) << host;
    EXPECT_FALSE(is_for_host(naming(""), "127.0.0.1"));
    EXPECT_FALSE(is_for_host("no certificate", "127.0.0.1"));
}

TEST(X509Names, AreReadInAsciiAlone)
{
    const auto strange = [](const char* hosts) {
        const auto facts = read_certificate({.certificate = naming(hosts)});
        return facts ? facts->strange_name : "unread";
    };

    EXPECT_EQ(strange("DNS:kubernetes,IP:127.0.0.1,IP:::1,email:a@b.example,URI:urn:a"), "");
    // As openssl shows them.
    for (const auto& [name, shown] : {std::pair{"DNS:b\xC3\xBC.example", "b...example"},
                                      {"email:\xC3\xBC@b.example", "..@b.example"},
                                      {"URI:urn:\xC3\xBC", "urn:.."},
                                      {"URI:spiffe://a domain/x", "spiffe://a domain/x"}})
        EXPECT_EQ(strange((std::string{"IP:127.0.0.1,"} + name).c_str()), shown) << name;
}

/// A CA with name constraints, and a certificate of it.
struct Limited {
    TestCert ca{};
    CertFacts facts{};

    Limited(const char* constraints, const char* hosts)
        : ca{make_cert({.name = "10.152.183.1",
                        .not_before = now - std::chrono::days{1},
                        .not_after = now + std::chrono::days{1},
                        .is_ca = true,
                        .constraints = constraints})},
          facts{read_certificate({.certificate = make_cert({.name = "127.0.0.1",
                                                            .not_before = now,
                                                            .not_after = now,
                                                            .issuer = &ca,
                                                            .hosts = hosts})
                                                     .pem,
                                  .issuer = ca.pem})
                    .value_or(CertFacts{})}
    {
    }

    bool has_strange_part() const
    {
        const auto own = read_certificate({.certificate = ca.pem, .is_pool = true});
        return own && !own->strange_part.name.empty();
    }
};

TEST(X509Names, MayBeForbiddenByTheConstraintsOfTheCa)
{
    const auto forbidden = [](const char* constraints, const char* hosts) {
        const Limited limited{constraints, hosts};
        EXPECT_TRUE(limited.facts.signed_by_issuer.value_or(false));
        return limited.facts.signers.at(0).forbidden_name;
    };

    EXPECT_EQ(forbidden("critical,permitted;DNS:example", "DNS:node.example,IP:127.0.0.1"), "");
    EXPECT_EQ(forbidden("critical,permitted;DNS:example", "DNS:node.example,DNS:kubernetes"),
              "kubernetes");
    EXPECT_EQ(forbidden("permitted;IP:10.0.0.0/255.0.0.0", "DNS:kubernetes,IP:127.0.0.1"),
              "127.0.0.1");
    EXPECT_EQ(forbidden("excluded;IP:127.0.0.0/255.0.0.0", "IP:10.0.0.5,IP:127.0.0.1"),
              "127.0.0.1");
    EXPECT_EQ(forbidden("excluded;IP:127.0.0.0/255.0.0.0", ""), "");
    EXPECT_EQ(forbidden("", "IP:127.0.0.1"), "");
}

TEST(X509Names, AreConstrainedInKindsThatGoKnows)
{
    EXPECT_FALSE(Limited("critical,permitted;DNS:example", "").has_strange_part());
    EXPECT_TRUE(Limited("critical,excluded;RID:1.2.3.4", "").has_strange_part());
    EXPECT_FALSE(Limited("excluded;RID:1.2.3.4", "").has_strange_part());
}

TEST(X509Names, AreForbiddenByNoConstraintsWhereAnotherCertificateOfTheCaHasNone)
{
    const Limited limited{"excluded;DNS:kubernetes", ""};
    const auto signed_by = [&](const std::string& issuers) {
        Certificate leaf{.place = {.name = "server", .issuer = "ca"}};
        leaf.facts = read_certificate({.certificate = make_cert({.name = "127.0.0.1",
                                                                 .not_before = now,
                                                                 .not_after = now,
                                                                 .issuer = &limited.ca})
                                                          .pem,
                                       .issuer = issuers})
                         .value_or(CertFacts{});
        return facts_at(leaf, now).signers.at(0).forbidden_name;
    };
    const std::string other = make_cert({.name = "10.152.183.1",
                                         .not_before = now,
                                         .not_after = now,
                                         .is_ca = true,
                                         .key = limited.ca.key})
                                  .pem;

    EXPECT_EQ(signed_by(limited.ca.pem), "kubernetes");
    EXPECT_EQ(signed_by(limited.ca.pem + other), "");
    EXPECT_EQ(signed_by(other + limited.ca.pem), "");
}

}  // namespace
}  // namespace clockguard
