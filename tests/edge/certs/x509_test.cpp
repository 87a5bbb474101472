// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/x509.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/core/base/base64.hpp"
#include "support/cert_pair.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const auto now = at("2026-03-03T08:20:11Z");

TEST(ReadCertificate, TellsWhatItSays)
{
    const Pair pair;

    const auto facts = read_certificate(
        {.certificate = pair.leaf.pem, .key = pair.leaf.key_pem(), .issuer = pair.ca.pem});

    ASSERT_TRUE(facts) << to_text(facts.error());
    EXPECT_EQ(facts->subject, "O=Canonical,CN=127.0.0.1");
    EXPECT_EQ(facts->issuer, "CN=10.152.183.1");
    EXPECT_EQ(facts->serial, "5D1F");
    EXPECT_EQ(facts->sha256.size(), 64U);
    EXPECT_EQ(to_text(Instant{facts->not_before}), "2026-04-03T08:07:34Z");
    EXPECT_EQ(to_text(Instant{facts->not_after}), "2027-04-03T08:07:34Z");
    EXPECT_FALSE(facts->is_ca);
    EXPECT_EQ(facts->key_matches, true);
    EXPECT_EQ(facts->signed_by_issuer, true);
}

TEST(ReadCertificate, ReadsDatesBeyondTheOldForm)
{
    const TestCert eternal = make_cert(
        {.not_before = at("1970-01-01T00:00:00Z"), .not_after = at("9999-12-31T23:59:59Z")});

    const auto facts = read_certificate({.certificate = eternal.pem});

    ASSERT_TRUE(facts);
    EXPECT_EQ(to_text(Instant{facts->not_before}), "1970-01-01T00:00:00Z");
    EXPECT_EQ(to_text(Instant{facts->not_after}), "9999-12-31T23:59:59Z");
}

TEST(ReadCertificate, TellsAStrangeKeyAndAStrangeCa)
{
    const Pair pair;
    const Pair strangers;

    const auto facts = read_certificate({.certificate = pair.leaf.pem,
                                         .key = strangers.leaf.key_pem(),
                                         .issuer = strangers.ca.pem});

    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->key_matches, false);
    EXPECT_EQ(facts->signed_by_issuer, false);
}

TEST(ReadCertificate, TakesAKeyWithAPassphraseForUnknown)
{
    const Pair pair;

    const auto facts = read_certificate(
        {.certificate = pair.ca.pem, .key = to_pem(pair.ca.key, "secret"), .issuer = pair.ca.pem});

    ASSERT_TRUE(facts);
    EXPECT_TRUE(facts->is_ca);
    EXPECT_EQ(facts->key_matches, std::nullopt);
}

TEST(ReadCertificate, SurvivesEveryTruncation)
{
    const Pair pair;
    const std::string whole = pair.leaf.pem;
    for (std::size_t size = 0; size + 1 < whole.size(); ++size)
        EXPECT_FALSE(read_certificate({.certificate = whole.substr(0, size)})) << size;
}

TEST(ReadCertificate, SurvivesWellFormedPemAroundBadDer)
{
    Pair pair;
    std::string& pem = pair.leaf.pem;
    pem.replace(pem.find('\n') + 1, 8, "AAAAAAAA");

    const auto facts = read_certificate({.certificate = pem});

    ASSERT_FALSE(facts);
    EXPECT_EQ(to_text(facts.error()).substr(0, 22), "is not a certificate: ");
}

TEST(CertReader, SaysOfTheSameTextsTheSameAndOfOthersAnother)
{
    const TestCert ca = make_cert({.name = "ca", .is_ca = true});
    const TestCert other = make_cert({.name = "ca", .is_ca = true});
    const TestCert leaf = make_cert({.name = "server", .issuer = &ca});
    CertReader reader;

    for (int look = 0; look < 2; ++look) {
        const auto by_ca = reader.read({.certificate = leaf.pem, .issuer = ca.pem});
        const auto by_other = reader.read({.certificate = leaf.pem, .issuer = other.pem});
        const auto by_both = reader.read({.certificate = leaf.pem, .issuer = other.pem + ca.pem});

        EXPECT_TRUE(by_ca && by_ca->signed_by_issuer == true);
        EXPECT_TRUE(by_other && by_other->signed_by_issuer == false);
        EXPECT_TRUE(by_both && by_both->signed_by_issuer == true);
        EXPECT_FALSE(reader.read({.certificate = "torn"}));
    }
}

/// "-----BEGIN CERTIFICATE-----" around any bytes.
std::string pem_around(const std::string& bytes)
{
    return fmt::format("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
                       encode_base64(bytes));
}

std::string der_of(const std::string& pem)
{
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(parse_pem(pem).get(), &bytes);
    std::string der{bytes, bytes + size};
    OPENSSL_free(bytes);
    return der;
}

TEST(ReadCertificate, TakesTheWholeBlockForTheCertificate)
{
    const std::string der = der_of(make_cert({}).pem);

    EXPECT_EQ(why_unreadable({.certificate = pem_around(der)}), "readable");
    EXPECT_EQ(why_unreadable({.certificate = pem_around(der + '\0')}),
              "is not a certificate: other bytes follow it");
}

/// OpenSSL takes lengths of any form.
TEST(ReadCertificate, ReadsNoBer)
{
    const std::string der = der_of(make_cert({}).pem);
    ASSERT_EQ(der.substr(0, 2), "\x30\x82");
    const std::string longer = "\x30\x83" + std::string{'\0'} + der.substr(2);
    const std::string endless = "\x30\x80" + der.substr(4) + std::string(2, '\0');

    for (const std::string& ber : {longer, endless})
        EXPECT_EQ(why_unreadable({.certificate = pem_around(ber)}),
                  "is not written in DER, and Kubernetes reads no other form");
}

/// kube-apiserver refuses such a CA file (k8s.io/client-go, util/cert, ParseCertsPEM), and a TLS
/// peer such a chain.
TEST(ReadCertificate, IsSpoiledByABlockThatIsNone)
{
    const std::string good = make_cert({}).pem;
    const std::string junk = pem_around("\x30\x03\x02\x01\x01");
    for (const bool is_pool : {false, true}) {
        EXPECT_TRUE(why_unreadable({.certificate = junk + good, .is_pool = is_pool})
                        .starts_with("is not a certificate: "));
        EXPECT_TRUE(why_unreadable({.certificate = good + junk, .is_pool = is_pool})
                        .starts_with("holds one behind the first that is not a certificate: "));
    }
}

/// Nothing is in one.
TEST(ReadCertificate, IsNotSpoiledByAnEmptyBlockInACasFile)
{
    const std::string empty = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";

    EXPECT_EQ(why_unreadable({.certificate = empty + make_cert({}).pem, .is_pool = true}),
              "readable");
    EXPECT_NE(why_unreadable({.certificate = empty + make_cert({}).pem}), "readable");
}

/// What a client trusts goes without it (k8s.io/client-go, transport, rootCertPool).
TEST(ReadCertificate, IsNotSpoiledByItForAClient)
{
    const std::string good = make_cert({}).pem;
    const std::string junk = pem_around("\x30\x03\x02\x01\x01");
    const auto read = [](const std::string& pem) {
        return why_unreadable({.certificate = pem, .is_pool = true, .passes_over_junk = true});
    };

    EXPECT_EQ(read(junk + good), "readable");
    EXPECT_EQ(read(good + junk), "readable");
    EXPECT_TRUE(read(junk + junk).starts_with("is not a certificate: "));
    EXPECT_FALSE(read("").starts_with("readable"));
}

/// A CA with other extensions.
std::string ca_with(const TestExtensions& extensions)
{
    return with_extensions(make_cert({.is_ca = true}), extensions);
}

TEST(ReadCertificate, TellsOfANegativeSerial)
{
    EXPECT_TRUE(
        read_certificate({.certificate = make_cert({.serial = -5}).pem})->has_negative_serial);
    EXPECT_FALSE(read_certificate({.certificate = make_cert({}).pem})->has_negative_serial);
}

TEST(ReadCertificate, TellsWhatItsExtensionsAreFor)
{
    const auto facts = [](TestCertSpec spec) {
        spec.not_before = now - days{1};
        spec.not_after = now + days{1};
        return read_certificate({.certificate = make_cert(spec).pem}).value_or(CertFacts{});
    };
    EXPECT_TRUE(facts({}).names_hosts);
    EXPECT_FALSE(facts({.hosts = ""}).names_hosts);
    EXPECT_FALSE(facts({.hosts = "email:a@b.example,URI:urn:a"}).names_hosts);
}

TEST(ReadCertificate, TellsWhetherACaMaySign)
{
    const auto may_sign = [](const std::string& pem) {
        const auto facts = read_certificate({.certificate = pem, .is_pool = true});
        return facts && facts->may_sign;
    };

    EXPECT_TRUE(may_sign(make_cert({.is_ca = true}).pem));
    EXPECT_TRUE(
        may_sign(ca_with({{"basicConstraints", "CA:TRUE"}, {"keyUsage", "keyCertSign,cRLSign"}})));
    EXPECT_FALSE(
        may_sign(ca_with({{"basicConstraints", "CA:TRUE"}, {"keyUsage", "digitalSignature"}})));
    EXPECT_FALSE(may_sign(ca_with({{"basicConstraints", "CA:FALSE"}})));
    EXPECT_FALSE(may_sign(ca_with({{"keyUsage", "keyCertSign"}})));
}

TEST(ReadCertificate, PassesOverATornBlock)
{
    const std::string good = make_cert({}).pem;
    const std::string torn = good.substr(0, good.size() / 2) + "\n";

    EXPECT_EQ(why_unreadable({.certificate = torn + good}), "readable");
    EXPECT_EQ(why_unreadable({.certificate = good + torn}), "readable");
}

TEST(ReadCertificate, TakesABlockWithHeadersForADaemonButForNoCa)
{
    const std::string with_header =
        replaced(make_cert({}).pem, "BEGIN CERTIFICATE-----\n", "BEGIN CERTIFICATE-----\nA: b\n\n");

    EXPECT_EQ(why_unreadable({.certificate = with_header}), "readable");
    EXPECT_EQ(why_unreadable({.certificate = with_header, .is_pool = true}),
              "holds no certificate without headers, and CAs are taken from no other");
}

TEST(ReadCertificate, TakesASignatureForOneWhateverSerialItNames)
{
    const Pair pair;

    const auto by_old = read_certificate({.certificate = pair.leaf.pem, .issuer = pair.ca.pem});
    const auto by_new =
        read_certificate({.certificate = pair.leaf.pem, .issuer = remade(pair.ca).pem});
    const auto by_both = read_certificate(
        {.certificate = pair.leaf.pem, .issuer = remade(pair.ca).pem + pair.ca.pem});

    ASSERT_TRUE(by_old && by_new && by_both);
    EXPECT_EQ(by_old->signed_by_issuer, true);
    EXPECT_FALSE(by_old->names_other_ca);
    EXPECT_EQ(by_new->signed_by_issuer, true);
    EXPECT_TRUE(by_new->names_other_ca);
    EXPECT_FALSE(by_both->names_other_ca);
}

TEST(ReadCertificate, ComparesTheCasNameByteByByte)
{
    const Pair pair;
    const TestCert renamed = make_cert({.name = "10.152.183.2",
                                        .not_before = at("2025-05-01T09:12:00Z"),
                                        .not_after = at("2035-04-29T09:12:00Z"),
                                        .is_ca = true,
                                        .key = pair.ca.key});

    const auto facts = read_certificate({.certificate = pair.leaf.pem, .issuer = renamed.pem});

    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->signed_by_issuer, false);
}

}  // namespace
}  // namespace clockguard
