// SPDX-License-Identifier: Apache-2.0
// What kubectl 1.33 and the verifier of Go 1.19 say of each, too.
#include "edge/certs/x509_chains.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "support/cert_pair.hpp"

namespace clockguard {
namespace {

using std::chrono::days;

const auto now = at("2026-03-03T08:20:11Z");

TEST(X509Chains, LeadThroughWhatIsSentBehindACertificate)
{
    const TestCert ca = make_cert({.name = "ca", .is_ca = true});
    const TestCert between = make_cert({.name = "between", .issuer = &ca, .is_ca = true});
    const TestCert below = make_cert({.name = "below", .issuer = &between, .is_ca = true});
    const TestCert no_ca = make_cert({.name = "no-ca", .issuer = &ca});
    const auto is_signed = [](const std::string& sent, const std::string& trusted) {
        const auto facts = read_certificate({.certificate = sent, .issuer = trusted});
        return facts && facts->signed_by_issuer == true;
    };

    const std::string leaf = make_cert({.issuer = &below}).pem;
    EXPECT_TRUE(is_signed(leaf + below.pem + between.pem, ca.pem));
    EXPECT_TRUE(is_signed(leaf + between.pem + below.pem, ca.pem));
    EXPECT_FALSE(is_signed(leaf + below.pem, ca.pem));
    EXPECT_FALSE(is_signed(leaf, ca.pem));
    EXPECT_FALSE(is_signed(make_cert({.issuer = &no_ca}).pem + no_ca.pem, ca.pem));
    const TestCert strange = make_cert({.name = "strange",
                                        .issuer = &ca,
                                        .is_ca = true,
                                        .constraints = "critical,excluded;RID:1.2.3.4"});
    EXPECT_FALSE(is_signed(make_cert({.issuer = &strange}).pem + strange.pem, ca.pem));
}

TEST(X509Chains, HaveTheDatesOfWhatIsSent)
{
    const TestCert ca = make_cert({.name = "ca", .not_after = now, .is_ca = true});
    const TestCert between =
        make_cert({.name = "between", .not_after = now - days{1}, .issuer = &ca, .is_ca = true});

    const auto facts = read_certificate(
        {.certificate = make_cert({.issuer = &between}).pem + between.pem, .issuer = ca.pem});

    ASSERT_TRUE(facts);
    ASSERT_EQ(facts->signers.size(), 1);
    EXPECT_EQ(facts->signers.front().not_after, now - days{1});
    EXPECT_TRUE(facts->signers.front().is_sent);
}

/// "20..30" for each chain, by their days from now on; Go takes any that is valid.
std::string chains(const std::string& sent, const std::string& trusted)
{
    std::string text;
    const auto facts = read_certificate({.certificate = sent, .issuer = trusted});
    for (const CertSigner& signer : facts ? facts->signers : std::vector<CertSigner>{})
        text += fmt::format("{}..{} ", (signer.not_before - now) / days{1},
                            (signer.not_after - now) / days{1});
    return text;
}

TEST(X509Chains, HaveTheNarrowestDatesOnTheWay)
{
    const auto from = [](int day) { return now + days{day}; };
    const TestCert ca =
        make_cert({.name = "ca", .not_before = from(-9), .not_after = from(90), .is_ca = true});
    const TestCert other = make_cert(
        {.name = "ca", .not_before = from(5), .not_after = from(99), .is_ca = true, .key = ca.key});
    const TestCert between = make_cert({.name = "between",
                                        .not_before = from(-5),
                                        .not_after = from(95),
                                        .issuer = &ca,
                                        .is_ca = true});
    const TestCert below = make_cert({.name = "below",
                                      .not_before = from(-7),
                                      .not_after = from(98),
                                      .issuer = &between,
                                      .is_ca = true});
    const std::string sent = make_cert({.issuer = &below}).pem + below.pem + between.pem;

    EXPECT_EQ(chains(sent, ca.pem), "-5..90 ");
    EXPECT_EQ(chains(sent, other.pem), "5..95 ");
    EXPECT_EQ(chains(sent, ca.pem + other.pem), "-5..90 5..95 ");
    EXPECT_EQ(chains(sent + ca.pem + other.pem, ca.pem + other.pem), "-5..90 5..95 ");
    EXPECT_EQ(chains(sent, below.pem + ca.pem), "-7..98 ");
}

TEST(X509Chains, LeadThroughWhatSomeReleasesKnow)
{
    const TestCert ca = make_cert({.name = "ca", .is_ca = true});
    const TestCert plain =
        make_cert({.name = "between", .issuer = &ca, .is_ca = true, .key = ca.key});
    const auto is_signed = [&](const char* part, const char* value) {
        const std::string between =
            with_extensions(plain, {{"basicConstraints", "critical,CA:TRUE"}, {part, value}});
        const auto facts = read_certificate(
            {.certificate = make_cert({.issuer = &plain}).pem + between, .issuer = ca.pem});
        return facts && facts->signed_by_issuer == true;
    };

    EXPECT_TRUE(is_signed("policyConstraints", "critical,requireExplicitPolicy:0"));
    EXPECT_FALSE(is_signed("1.2.3.4", "critical,DER:05:00"));
}

/// What a CA, for some use, lets what it signs be used for.
std::string let_by(const char* use, const std::string& beside = "")
{
    const TestCert ca = make_cert({.name = "ca", .is_ca = true, .use = use});
    const auto facts = read_certificate(
        {.certificate = make_cert({.issuer = &ca}).pem, .issuer = beside + ca.pem});
    if (!facts)
        return "unread";
    return fmt::format("{}{}", facts->signers.at(0).lets_serve ? "serve " : "",
                       facts->signers.at(0).lets_call ? "call" : "");
}

TEST(X509Chains, LetBeUsedForWhatTheCaIsFor)
{
    EXPECT_EQ(let_by(""), "serve call");
    EXPECT_EQ(let_by("serverAuth,clientAuth"), "serve call");
    EXPECT_EQ(let_by("anyExtendedKeyUsage"), "serve call");
    EXPECT_EQ(let_by("serverAuth"), "serve ");
    EXPECT_EQ(let_by("clientAuth", make_cert({.name = "ca", .is_ca = true}).pem), "call");
    EXPECT_EQ(let_by("OCSPSigning"), "");
}

/// A root, an intermediate CA below it and one below that; each limits what is below it.
struct Line {
    TestCert root{};
    TestCert between{};
    TestCert below{};
    std::string sent{};

    Line(TestCertSpec top, TestCertSpec middle)
    {
        top.name = "root";
        top.is_ca = true;
        root = make_cert(top);
        middle.name = "between";
        middle.is_ca = true;
        middle.issuer = &root;
        between = make_cert(middle);
        below = make_cert({.name = "below", .issuer = &between, .is_ca = true});
        sent = make_cert({.issuer = &below}).pem + below.pem + between.pem;
    }

    /// The only one.
    CertSigner chain() const
    {
        const auto facts = read_certificate({.certificate = sent, .issuer = root.pem});
        EXPECT_TRUE(facts && facts->signers.size() == 1);
        return facts ? signer_of(*facts) : CertSigner{};
    }
};

TEST(X509Chains, LetBeUsedForWhatEachCaInThemIsFor)
{
    EXPECT_TRUE(Line({}, {}).chain().lets_serve);
    EXPECT_FALSE(Line({.use = "clientAuth"}, {}).chain().lets_serve);
    EXPECT_TRUE(Line({.use = "clientAuth"}, {}).chain().lets_call);
    EXPECT_FALSE(Line({}, {.use = "clientAuth"}).chain().lets_serve);
    EXPECT_FALSE(Line({.use = "serverAuth"}, {.use = "clientAuth"}).chain().lets_call);
}

TEST(X509Chains, ForbidNamesThatAnyCaInThemForbids)
{
    const char* others = "permitted;DNS:cluster.example";
    EXPECT_EQ(Line({}, {}).chain().forbidden_name, "");
    EXPECT_EQ(Line({.constraints = others}, {}).chain().forbidden_name, "kubernetes");
    EXPECT_EQ(Line({}, {.constraints = others}).chain().forbidden_name, "kubernetes");
    EXPECT_EQ(Line({.constraints = "permitted;DNS:kubernetes,permitted;DNS:kubernetes.default"},
                   {.constraints = "excluded;IP:127.0.0.0/255.0.0.0"})
                  .chain()
                  .forbidden_name,
              "127.0.0.1");
}

TEST(X509Chains, AreTooLongForThePathLengthOfACaInThem)
{
    EXPECT_FALSE(Line({}, {}).chain().is_too_long);
    EXPECT_TRUE(Line({.path_length = 0}, {}).chain().is_too_long);
    EXPECT_TRUE(Line({.path_length = 1}, {}).chain().is_too_long);
    EXPECT_FALSE(Line({.path_length = 2}, {}).chain().is_too_long);
    EXPECT_TRUE(Line({}, {.path_length = 0}).chain().is_too_long);
    EXPECT_FALSE(Line({}, {.path_length = 1}).chain().is_too_long);

    const TestCert ca = make_cert({.name = "ca", .is_ca = true, .path_length = 0});
    EXPECT_FALSE(read_certificate({.certificate = make_cert({.issuer = &ca}).pem, .issuer = ca.pem})
                     ->signers.at(0)
                     .is_too_long);
}

TEST(X509Chains, DoNotLeadThroughAnIntermediateWithAWeakSignature)
{
    const Line line({}, {.digest = EVP_sha1()});

    EXPECT_EQ(
        read_certificate({.certificate = line.sent, .issuer = line.root.pem})->signed_by_issuer,
        false);
    EXPECT_EQ(
        read_certificate({.certificate = line.sent, .issuer = line.between.pem})->signed_by_issuer,
        true);
}

TEST(X509Chains, OfACertificateThatIsTrustedItselfEndWithIt)
{
    const Pair pair;

    const auto facts = read_certificate(
        {.certificate = pair.leaf.pem, .issuer = make_cert({}).pem + pair.leaf.pem});

    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->signed_by_issuer, true);
    EXPECT_FALSE(facts->names_other_ca);
}

}  // namespace
}  // namespace clockguard
