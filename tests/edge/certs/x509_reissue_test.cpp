// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/x509_reissue.hpp"

#include <cstdlib>
#include <set>
#include <unistd.h>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/core/base/base64.hpp"
#include "support/cert_pair.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const auto now = at("2026-03-03T08:20:11Z");

std::string why_not(const ReissueOrder& order)
{
    const auto reissued = reissue(order);
    return reissued ? "re-issued" : to_text(reissued.error());
}

/// What was signed, with the serial and the dates of another certificate in it.
std::string signed_bytes(const std::string& pem, const std::string& with_dates_of)
{
    const TestX509 made = parse_pem(pem);
    const TestX509 other = parse_pem(with_dates_of);
    X509_set_serialNumber(made.get(), X509_get_serialNumber(other.get()));
    X509_set1_notBefore(made.get(), X509_get0_notBefore(other.get()));
    X509_set1_notAfter(made.get(), X509_get0_notAfter(other.get()));
    unsigned char* bytes = nullptr;
    const int size = i2d_re_X509_tbs(made.get(), &bytes);
    const std::string text(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return text;
}

TEST(Reissue, ChangesSerialDatesAndSignatureAlone)
{
    for (const auto& [kind, pss] : {std::pair{KeyKind::Ec, false},
                                    {KeyKind::Rsa, false},
                                    {KeyKind::Rsa, true},
                                    {KeyKind::Ed25519, false}}) {
        const Pair pair{kind, pss};

        const auto reissued = reissue(pair.order());

        ASSERT_TRUE(reissued) << to_text(reissued.error());
        EXPECT_EQ(signed_bytes(reissued->text, pair.leaf.pem),
                  signed_bytes(pair.leaf.pem, pair.leaf.pem));
        EXPECT_EQ(to_text(Instant{reissued->facts.not_before}), "2025-05-01T09:12:00Z");
        EXPECT_EQ(to_text(Instant{reissued->facts.not_after}), "2027-03-03T08:20:11Z");
        EXPECT_NE(reissued->facts.serial, "5D1F");
        const auto facts = read_certificate(
            {.certificate = reissued->text, .key = pair.leaf.key_pem(), .issuer = pair.ca.pem});
        ASSERT_TRUE(facts);
        EXPECT_EQ(facts->key_matches, true);
        EXPECT_EQ(facts->signed_by_issuer, true);
    }
}

/// "ecdsa-with-SHA384"
std::string signature_of(const std::string& pem)
{
    return OBJ_nid2ln(X509_get_signature_nid(parse_pem(pem).get()));
}

TEST(Reissue, SignsAsTheCasKeySigns)
{
    for (const auto& [kind, signature] : {std::pair{KeyKind::Rsa, "sha256WithRSAEncryption"},
                                          {KeyKind::Ec, "ecdsa-with-SHA256"},
                                          {KeyKind::P384, "ecdsa-with-SHA384"}})
        for (const KeyKind leaf : {KeyKind::Rsa, KeyKind::Ec, KeyKind::P384}) {
            const Pair pair{kind, false, leaf};

            const auto reissued = reissue(pair.order());
            const auto redated = reissue(pair.redate_order());

            ASSERT_TRUE(reissued) << to_text(reissued.error());
            ASSERT_TRUE(redated) << to_text(redated.error());
            EXPECT_EQ(signature_of(reissued->text), signature);
            EXPECT_EQ(signature_of(redated->text), signature);
            EXPECT_EQ(EVP_PKEY_eq(X509_get0_pubkey(parse_pem(reissued->text).get()),
                                  X509_get0_pubkey(parse_pem(pair.leaf.pem).get())),
                      1);
        }
}

/// What a command prints; empty when it fails.
std::string output_of(const std::string& command)
{
    const Handle<FILE, ::pclose> pipe{::popen(command.c_str(), "r")};
    std::string text;
    for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get()))
        text += static_cast<char>(c);
    return text;
}

TEST(Reissue, TakesAKeyInEveryFormThatOpensslWrites)
{
    if (::access("/usr/bin/openssl", X_OK) != 0)
        GTEST_SKIP() << "no openssl command";
    for (const auto& [kind, form] : {std::pair{KeyKind::Rsa, "rsa -traditional"},
                                     {KeyKind::Rsa, "rsa"},
                                     {KeyKind::Ec, "ec"},
                                     {KeyKind::P384, "ec"},
                                     {KeyKind::P384, "pkey"}}) {
        const Pair pair{kind};
        const Tree tree{{"/ca.key", pair.ca.key_pem()}};
        ReissueOrder order = pair.order();
        order.ca_key = output_of(
            fmt::format("/usr/bin/openssl {} -in {} 2>/dev/null", form, tree.path("/ca.key")));
        EXPECT_EQ(why_not(order), "re-issued") << order.ca_key.substr(0, 40);
        order.ca_key = output_of(
            fmt::format("/usr/bin/openssl {} -aes256 -passout pass:secret -in {} 2>/dev/null", form,
                        tree.path("/ca.key")));
        EXPECT_EQ(why_not(order), "key 'ca.key' is encrypted with a passphrase")
            << order.ca_key.substr(0, 40);
    }
}

/// `openssl ecparam -genkey` writes the curve in a block of its own before the key.
TEST(Reissue, TakesAKeyBehindItsParameters)
{
    const Pair pair{KeyKind::P384};
    ReissueOrder order = pair.order();
    order.ca_key = "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n" +
                   pair.ca.key_pem();

    EXPECT_EQ(why_not(order), "re-issued");
}

TEST(Reissue, SatisfiesOpensslItself)
{
    if (::access("/usr/bin/openssl", X_OK) != 0)
        GTEST_SKIP() << "no openssl command";
    const Pair pair{KeyKind::Rsa};
    const auto reissued = reissue(pair.order());
    ASSERT_TRUE(reissued);
    const Tree tree{
        {"/ca.crt", pair.ca.pem}, {"/new.crt", reissued->text}, {"/old.crt", pair.leaf.pem}};

    const auto verify = [&](const std::string& file, std::chrono::sys_seconds when) {
        return std::system(fmt::format("/usr/bin/openssl verify -no-CAfile -no-CApath "
                                       "-partial_chain -attime {} -trusted {} {} >/dev/null 2>&1",
                                       when.time_since_epoch().count(), tree.path("/ca.crt"),
                                       tree.path(file))
                               .c_str());
    };
    EXPECT_EQ(verify("/new.crt", now), 0);
    EXPECT_EQ(verify("/new.crt", now - days{300}), 0);
    // To OpenSSL the last second is already over; to Go it is not.
    EXPECT_EQ(verify("/new.crt", now + days{365} - 1s), 0);
    EXPECT_NE(verify("/new.crt", now + days{365} + 1s), 0);
    EXPECT_NE(verify("/old.crt", now), 0);
}

TEST(Reissue, NeverGivesASerialTwice)
{
    const Pair pair;
    std::set<std::string> serials;
    for (int i = 0; i < 100; ++i) {
        const auto reissued = reissue(pair.order());
        ASSERT_TRUE(reissued);
        // 20 octets at most, and no sign: 159 bits with the highest set.
        EXPECT_EQ(reissued->facts.serial.size(), 40U);
        EXPECT_LT(reissued->facts.serial[0], '8');
        serials.insert(reissued->facts.serial);
    }
    EXPECT_EQ(serials.size(), 100U);
}

TEST(Reissue, DoesNotOutliveItsCa)
{
    const Pair pair;
    ReissueOrder order = pair.order();
    order.now = at("2035-04-01T00:00:00Z");

    const auto reissued = reissue(order);

    ASSERT_TRUE(reissued);
    EXPECT_EQ(to_text(Instant{reissued->facts.not_after}), "2035-04-29T09:12:00Z");
}

TEST(Reissue, LivesNoLongerEachTime)
{
    const Pair pair;
    ReissueOrder order = pair.order();
    for (int i = 0; i < 3; ++i) {
        const auto reissued = reissue(order);
        ASSERT_TRUE(reissued);
        EXPECT_EQ(to_text(Instant{reissued->facts.not_after}), "2027-03-03T08:20:11Z");
        order.certificate = reissued->text;
    }
}

/// A leaf of seven days.
ReissueOrder short_lived(const Pair& pair)
{
    ReissueOrder order = pair.order();
    order.certificate = make_cert({.not_before = at("2026-04-03T00:00:00Z"),
                                   .not_after = at("2026-04-10T00:00:00Z"),
                                   .issuer = &pair.ca})
                            .pem;
    return order;
}

TEST(Reissue, LivesAsLongAsItsMakerIssuesItHoweverOften)
{
    ReissueOrder order = short_lived(Pair{});
    for (int i = 0; i < 3; ++i) {
        const auto reissued = reissue(order);
        ASSERT_TRUE(reissued) << to_text(reissued.error());
        EXPECT_EQ(to_text(Instant{reissued->facts.not_after}), "2027-03-03T08:20:11Z");
        order.certificate = reissued->text;
    }
}

TEST(Reissue, LivesAsLongAsBeforeWhereNothingElseIsKnown)
{
    ReissueOrder order = short_lived(Pair{});
    order.lifetime = 0s;

    const auto reissued = reissue(order);

    ASSERT_TRUE(reissued) << to_text(reissued.error());
    EXPECT_EQ(to_text(Instant{reissued->facts.not_after}), "2026-03-10T08:20:11Z");
}

/// Go has verified no SHA-1 since 1.18.
TEST(Reissue, SignsAnewWithADigestThatIsVerified)
{
    const Pair pair;
    ReissueOrder order = pair.order();
    order.certificate = make_cert({.not_before = at("2026-04-03T00:00:00Z"),
                                   .not_after = at("2026-04-10T00:00:00Z"),
                                   .issuer = &pair.ca,
                                   .digest = EVP_sha1()})
                            .pem;

    const auto reissued = reissue(order);

    ASSERT_TRUE(reissued) << to_text(reissued.error());
    EXPECT_EQ(signature_of(reissued->text), "ecdsa-with-SHA256");
    EXPECT_EQ(read_certificate({.certificate = order.certificate})->weak_digest, "SHA1");
    EXPECT_EQ(read_certificate({.certificate = reissued->text})->weak_digest, "");
}

/// openssl takes the longest salt where it is not told another.
TEST(Reissue, SignsAnewWithASaltThatIsVerified)
{
    const Pair pair{KeyKind::Rsa, true};
    ReissueOrder order = pair.order();
    order.certificate = make_cert({.not_before = at("2026-04-03T00:00:00Z"),
                                   .not_after = at("2026-04-10T00:00:00Z"),
                                   .issuer = &pair.ca,
                                   .rsa_pss = true,
                                   .salt = RSA_PSS_SALTLEN_MAX})
                            .pem;

    const auto reissued = reissue(order);

    ASSERT_TRUE(reissued) << to_text(reissued.error());
    EXPECT_EQ(read_certificate({.certificate = order.certificate})->weak_digest,
              "RSASSA-PSS and a salt of 222 octets");
    EXPECT_EQ(read_certificate({.certificate = reissued->text})->weak_digest, "");
    EXPECT_EQ(read_certificate({.certificate = pair.leaf.pem})->weak_digest, "");
}

TEST(Reissue, KeepsEveryByteAroundTheCertificate)
{
    const Pair pair;
    ReissueOrder order = pair.order();
    order.certificate = "Subject: the server\r\n" + pair.leaf.pem + "# its CA\n" + pair.ca.pem;

    const auto reissued = reissue(order);

    ASSERT_TRUE(reissued);
    EXPECT_TRUE(reissued->text.starts_with("Subject: the server\r\n-----BEGIN CERTIFICATE-----\n"));
    EXPECT_TRUE(reissued->text.ends_with("-----END CERTIFICATE-----\n# its CA\n" + pair.ca.pem));
}

TEST(Reissue, RefusesWhatItCannotDoRight)
{
    const Pair pair;
    const Pair stranger;
    const auto with = [&](auto change) {
        ReissueOrder order = pair.order();
        change(order);
        return why_not(order);
    };

    EXPECT_EQ(with([&](ReissueOrder& order) { order.ca_key = to_pem(pair.ca.key, "secret"); }),
              "key 'ca.key' is encrypted with a passphrase");
    EXPECT_EQ(with([&](ReissueOrder& order) { order.ca_key = stranger.ca.key_pem(); }),
              "key 'ca.key' is not the CA's");
    EXPECT_EQ(with([&](ReissueOrder& order) {
                  order.ca_key = stranger.ca.key_pem();
                  order.ca_certificate = stranger.ca.pem;
              }),
              "it was not signed by this CA");
    EXPECT_EQ(with([](ReissueOrder& order) { order.ca_key = ""; }).substr(0, 35),
              "key 'ca.key' is not a private key: ");
    EXPECT_EQ(with([](ReissueOrder& order) { order.certificate = ""; }), "it is empty");
    EXPECT_EQ(with([](ReissueOrder& order) { order.ca_certificate = "x"; }),
              "its CA holds no certificate");
}

TEST(Reissue, RefusesBelowACaThatIsNotValidItself)
{
    const Pair pair;
    ReissueOrder order = pair.order();

    order.now = at("2025-05-01T09:12:00Z") - 1s;
    EXPECT_EQ(why_not(order),
              "the new certificate does not verify: its CA: certificate is not yet valid");
    order.now = at("2035-04-29T09:12:00Z") + 1s;
    EXPECT_EQ(why_not(order), "the new certificate does not verify: its CA: certificate has "
                              "expired");
}

TEST(Reissue, NamesACaThatWasMadeAnewWithTheSameKey)
{
    const Pair pair;
    const TestCert renewed = make_cert({.name = "10.152.183.1",
                                        .not_before = at("2025-05-01T09:12:00Z"),
                                        .not_after = at("2035-04-29T09:12:00Z"),
                                        .is_ca = true,
                                        .serial = 0xcb,
                                        .key = pair.ca.key});
    ReissueOrder order = pair.order();
    order.ca_certificate = renewed.pem;

    const auto reissued = reissue(order);

    ASSERT_TRUE(reissued) << to_text(reissued.error());
    const TestX509 made = parse_pem(reissued->text);
    EXPECT_EQ(X509_check_issued(parse_pem(renewed.pem).get(), made.get()), X509_V_OK);
    EXPECT_EQ(X509_check_issued(parse_pem(pair.ca.pem).get(), made.get()),
              X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH);
}

TEST(Redate, KeepsTheSerialThatItsLeavesNameItBy)
{
    Pair pair;
    pair.ca = make_cert({.name = "front-proxy-ca",
                         .not_before = at("2026-04-03T08:07:34Z"),
                         .not_after = at("2036-03-31T08:07:34Z"),
                         .is_ca = true,
                         .serial = 0xca,
                         .key = pair.ca.key});

    const auto redated = reissue(pair.redate_order());

    ASSERT_TRUE(redated) << to_text(redated.error());
    EXPECT_EQ(signed_bytes(redated->text, pair.ca.pem), signed_bytes(pair.ca.pem, pair.ca.pem));
    EXPECT_EQ(redated->facts.serial, "CA");
    EXPECT_EQ(to_text(Instant{redated->facts.not_before}), "2025-03-03T08:20:11Z");
    EXPECT_EQ(to_text(Instant{redated->facts.not_after}), "2036-02-29T08:20:11Z");
}

}  // namespace
}  // namespace clockguard
