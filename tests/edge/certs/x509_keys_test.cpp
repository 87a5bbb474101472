// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/x509_keys.hpp"

#include <array>

#include <gtest/gtest.h>
#include <openssl/core_names.h>

#include "clockguard/core/base/pem.hpp"
#include "support/cert_pair.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const auto now = at("2026-03-03T08:20:11Z");

/// The same certificate with other bits for its public key, signed as before.
std::string with_public_key(const TestCert& cert, int algorithm, const std::string& bits)
{
    const TestX509 made = parse_pem(cert.pem);
    auto* const copied = static_cast<unsigned char*>(OPENSSL_memdup(bits.c_str(), bits.size() + 1));
    X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(made.get()), OBJ_nid2obj(algorithm), V_ASN1_NULL,
                           nullptr, copied, static_cast<int>(bits.size()));
    X509_sign(made.get(), cert.key.get(), EVP_sha256());
    const TestBio out{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(out.get(), made.get());
    return text_of(out);
}

TEST(ReadCertificate, RefusesACertificateThatHasNoKey)
{
    const TestCert cert = make_cert({.not_before = now, .not_after = now + days{1}});
    const std::string none = with_public_key(cert, NID_rsaEncryption, "");

    for (const std::string& key : {std::string{"no key at all"}, cert.key_pem()}) {
        const auto facts = read_certificate({.certificate = none, .key = key});

        ASSERT_FALSE(facts);
        EXPECT_EQ(to_text(facts.error()),
                  "has a key that Kubernetes cannot use (it cannot be read)");
    }
}

/// The bits alone are not the key: they are of whatever kind the certificate says.
TEST(ReadCertificate, TakesNoRsaKeyForOneOfAnotherKind)
{
    const TestCert cert =
        make_cert({.not_before = now, .not_after = now + days{1}, .key = make_key(KeyKind::Rsa)});
    const TestX509 parsed = parse_pem(cert.pem);
    const unsigned char* bits = nullptr;
    int size = 0;
    X509_PUBKEY_get0_param(nullptr, &bits, &size, nullptr, X509_get_X509_PUBKEY(parsed.get()));

    const auto facts = read_certificate(
        {.certificate = with_public_key(cert, NID_rsassaPss, std::string{bits, bits + size}),
         .key = cert.key_pem()});

    ASSERT_FALSE(facts);
    EXPECT_EQ(to_text(facts.error()), "has a key that Kubernetes cannot use (it cannot be read)");
}

TEST(CertReader, TellsWhoseKeyItIsOfEveryKind)
{
    constexpr std::array kinds{KeyKind::Rsa, KeyKind::Ec, KeyKind::P384, KeyKind::Ed25519};
    for (const KeyKind kind : kinds) {
        const TestCert cert =
            make_cert({.name = "server", .key = make_key(kind), .digest = Pair::digest_for(kind)});
        const auto matches = [&](const std::string& key) {
            const auto facts = read_certificate({.certificate = cert.pem, .key = key});
            return facts && facts->key_matches == true;
        };

        EXPECT_TRUE(matches(cert.key_pem()));
        EXPECT_TRUE(matches(cert.pem + cert.key_pem()));
        EXPECT_FALSE(matches(to_pem(make_key(kind)) + cert.key_pem()));
        for (const KeyKind other : kinds)
            EXPECT_FALSE(matches(to_pem(make_key(other))));
        const std::string torn = cert.key_pem();
        EXPECT_FALSE(matches(torn.substr(0, torn.size() / 2)));
        EXPECT_FALSE(matches(""));
    }
}

/// "RSA PRIVATE KEY" and "EC PRIVATE KEY", the forms of their own.
std::string traditional(const TestKey& key)
{
    const TestBio out{BIO_new(BIO_s_mem())};
    PEM_write_bio_PrivateKey_traditional(out.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                         nullptr);
    return text_of(out);
}

TEST(ReadCertificate, TakesAKeyByItsContentsWhateverItsBlockIsCalled)
{
    for (const KeyKind kind : {KeyKind::Rsa, KeyKind::Ec}) {
        const TestCert cert = make_cert({.name = "server", .key = make_key(kind)});
        const std::string own = kind == KeyKind::Rsa ? "RSA PRIVATE KEY" : "EC PRIVATE KEY";
        const std::string plain = traditional(cert.key);
        const std::string wrapped = cert.key_pem();
        for (const std::string& key :
             {plain, replaced(plain, own, "PRIVATE KEY"),
              replaced(plain, own, kind == KeyKind::Rsa ? "EC PRIVATE KEY" : "RSA PRIVATE KEY"),
              replaced(wrapped, "PRIVATE KEY", own),
              replaced(wrapped, "BEGIN PRIVATE KEY-----\n", "BEGIN PRIVATE KEY-----\nA: b\n\n"),
              replaced(wrapped, "\n", "  \r\n\r\n"), wrapped + to_pem(cert.key, "secret")}) {
            const auto facts = read_certificate({.certificate = cert.pem, .key = key});

            ASSERT_TRUE(facts) << to_text(facts.error());
            EXPECT_EQ(facts->key_matches, true) << key;
        }
    }
}

TEST(ReadCertificate, TakesNoKeyThatIsNotFoundAtTheBeginningOfALine)
{
    for (const KeyKind kind : {KeyKind::Rsa, KeyKind::Ec}) {
        const TestCert cert = make_cert({.name = "server", .key = make_key(kind)});
        for (const char* before : {"\xef\xbb\xbf", " "}) {
            const auto facts =
                read_certificate({.certificate = cert.pem, .key = before + cert.key_pem()});

            ASSERT_TRUE(facts);
            EXPECT_EQ(facts->key_matches, false);
        }
    }
}

TestKey of_curve(const char* name)
{
    return {EVP_EC_gen(name), EVP_PKEY_free};
}

TEST(ReadCertificate, RefusesAKeyThatGoCannotUse)
{
    const auto why = [](const TestKey& key, bool is_pool = false) {
        const TestCert cert = make_cert({.key = key, .digest = EVP_sha256()});
        return why_unreadable({.certificate = cert.pem, .key = cert.key_pem(), .is_pool = is_pool});
    };

    for (const char* curve : {"prime256v1", "secp384r1", "secp521r1"})
        EXPECT_EQ(why(of_curve(curve)), "readable");
    EXPECT_EQ(why(of_curve("secp256k1")), "has a key that Kubernetes cannot use (curve secp256k1)");
    EXPECT_EQ(why(of_curve("brainpoolP256r1")),
              "has a key that Kubernetes cannot use (curve brainpoolP256r1)");
    EXPECT_EQ(why(of_curve("secp224r1")), "has a key that Kubernetes cannot use (curve secp224r1)");
    EXPECT_EQ(why(of_curve("secp224r1"), true), "readable");
    const TestKey written_out = of_curve("prime256v1");
    EVP_PKEY_set_utf8_string_param(written_out.get(), OSSL_PKEY_PARAM_EC_ENCODING,
                                   OSSL_PKEY_EC_ENCODING_EXPLICIT);
    EXPECT_EQ(why(written_out), "has a key that Kubernetes cannot use (its curve is written out)");
}

TEST(ReadCertificate, NamesTheKindOfAKeyThatGoCannotUse)
{
    const TestKey other{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"), EVP_PKEY_free};
    const TestCert cert = make_cert({.key = other, .digest = nullptr});

    EXPECT_EQ(why_unreadable({.certificate = cert.pem}),
              "has a key that Kubernetes cannot use (ED448)");
}

/// The certificate names its curve, and the key has the same point on the same curve.
TEST(ReadCertificate, RefusesTheCertificatesKeyWithItsCurveWrittenOut)
{
    const TestKey key = of_curve("prime256v1");
    const TestCert cert = make_cert({.key = key});
    EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_ENCODING,
                                   OSSL_PKEY_EC_ENCODING_EXPLICIT);

    for (const std::string& pem : {to_pem(key), traditional(key)})
        EXPECT_EQ(why_unreadable({.certificate = cert.pem, .key = pem}),
                  "has a key that Kubernetes cannot use (its curve is written out)");
}

/// RFC 5915, 3: an EC key's public half may be left out.
TEST(ReadCertificate, ComputesThePublicHalfThatAKeyLacks)
{
    const TestKey key = of_curve("secp384r1");
    const TestCert cert = make_cert({.key = key});
    int is_included = 0;
    OSSL_PARAM settings[] = {
        OSSL_PARAM_construct_int(OSSL_PKEY_PARAM_EC_INCLUDE_PUBLIC, &is_included),
        OSSL_PARAM_construct_end()};
    ASSERT_EQ(EVP_PKEY_set_params(key.get(), settings), 1);

    for (const std::string& pem : {to_pem(key), traditional(key)}) {
        const auto facts = read_certificate({.certificate = cert.pem, .key = pem});

        ASSERT_TRUE(facts) << to_text(facts.error());
        EXPECT_EQ(facts->key_matches, true);
    }
}

/// A key in PEM with one bit of another in the byte at this place of its contents.
std::string with_flaw_at(std::size_t place, const std::string& pem)
{
    auto block = find_private_key(pem);
    EXPECT_TRUE(block && place < block->bytes.size());
    block->bytes[place] = static_cast<char>(block->bytes[place] ^ 1);
    const TestBio out{BIO_new(BIO_s_mem())};
    PEM_write_bio(out.get(), "PRIVATE KEY", "",
                  reinterpret_cast<const unsigned char*>(block->bytes.data()),
                  static_cast<long>(block->bytes.size()));
    return text_of(out);
}

/// As Go takes it: EC's public half is computed from the private one, and RSA's parts fit each
/// other.
TEST(ReadCertificate, ComparesThePrivateHalfOfAKey)
{
    const auto matches = [](KeyKind kind, std::size_t flaw) {
        const TestCert cert = make_cert({.name = "server", .key = make_key(kind)});
        const auto facts =
            read_certificate({.certificate = cert.pem, .key = with_flaw_at(flaw, cert.key_pem())});
        return facts && facts->key_matches == true;
    };
    constexpr std::size_t ec_secret = 40;
    constexpr std::size_t ec_point = 100;
    constexpr std::size_t rsa_exponent = 400;
    constexpr std::size_t rsa_prime = 650;

    EXPECT_FALSE(matches(KeyKind::Ec, ec_secret));
    EXPECT_TRUE(matches(KeyKind::Ec, ec_point));
    EXPECT_FALSE(matches(KeyKind::Rsa, rsa_exponent));
    EXPECT_FALSE(matches(KeyKind::Rsa, rsa_prime));
}

TEST(ReadCertificate, KnowsAKeyOfUse)
{
    for (const KeyKind kind : {KeyKind::Ec, KeyKind::P384, KeyKind::Rsa, KeyKind::Ed25519})
        EXPECT_TRUE(is_usable_key(to_pem(make_key(kind))));
    EXPECT_TRUE(is_usable_key(to_pem(make_key(), "secret")));
    const TestKey other{EVP_EC_gen("secp256k1"), EVP_PKEY_free};
    for (const std::string& none : {std::string{}, std::string{"torn"}, to_pem(other)})
        EXPECT_FALSE(is_usable_key(none)) << none;
}

}  // namespace
}  // namespace clockguard
