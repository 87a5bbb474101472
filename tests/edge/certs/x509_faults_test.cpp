// SPDX-License-Identifier: Apache-2.0
#include "edge/certs/x509_faults.hpp"

#include <functional>

#include <gtest/gtest.h>
#include <openssl/core_names.h>

#include "support/cert_pair.hpp"

namespace clockguard {
namespace {

const auto now = at("2026-03-03T08:20:11Z");

/// A certificate that was changed, and then signed with its own key.
std::string changed(const TestCert& cert, const std::function<void(X509&)>& change)
{
    const TestX509 made = parse_pem(cert.pem);
    change(*made);
    X509_sign(made.get(), cert.key.get(), EVP_sha256());
    const TestBio out{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(out.get(), made.get());
    return text_of(out);
}

std::string fault_of(const std::string& pem)
{
    return parser_fault(*parse_pem(pem));
}

TEST(X509Faults, AreNoneOfWhatDistributionsMake)
{
    const Pair pair;

    for (const std::string& pem : {pair.ca.pem, pair.leaf.pem, remade(pair.ca).pem})
        EXPECT_EQ(fault_of(pem), "");
    for (const KeyKind kind : {KeyKind::Ec, KeyKind::P384, KeyKind::Rsa})
        EXPECT_EQ(fault_of(make_cert({.key = make_key(kind)}).pem), "");
}

std::string of_version_four()
{
    return changed(make_cert({.is_ca = true}), [](X509& made) { X509_set_version(&made, 3); });
}

TEST(X509Faults, AreVersionsAboveThree)
{
    EXPECT_EQ(fault_of(of_version_four()), "is of version 4, and Kubernetes knows 1 to 3 alone");
}

TEST(X509Faults, AreTwoAlgorithmsForOneSignature)
{
    const TestX509 made = parse_pem(make_cert({}).pem);
    const X509_ALGOR* outer = nullptr;
    X509_get0_signature(nullptr, &outer, made.get());
    X509_ALGOR_set0(const_cast<X509_ALGOR*>(outer), OBJ_nid2obj(NID_ecdsa_with_SHA384),
                    V_ASN1_UNDEF, nullptr);

    EXPECT_EQ(parser_fault(*made), "names two different algorithms of its signature");
}

/// The fault of a certificate with such a part of its subject.
std::string name_fault(int type, const std::string& text)
{
    return fault_of(changed(make_cert({}), [&](X509& made) {
        X509_NAME_add_entry_by_NID(X509_get_subject_name(&made), NID_localityName, type,
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()), -1, 0);
    }));
}

TEST(X509Faults, AreNamesThatAreNotOfTheLettersOfTheirType)
{
    using namespace std::string_literals;
    const std::string said =
        "has in its subject a localityName in a form that Kubernetes does not read";

    for (const auto& [type, text] : {std::pair{V_ASN1_PRINTABLESTRING, "a B9'()+,-./:=?*&"s},
                                     {V_ASN1_UTF8STRING, "K\xC3\xB6ln_@"s},
                                     {V_ASN1_T61STRING, "K\xF6ln"s},
                                     {V_ASN1_IA5STRING, "a_b@c"s},
                                     {V_ASN1_NUMERICSTRING, "12 3"s},
                                     {V_ASN1_BMPSTRING, "\0K\0\xF6"s}})
        EXPECT_EQ(name_fault(type, text), "") << text;
    for (const auto& [type, text] : {std::pair{V_ASN1_PRINTABLESTRING, "node_1"s},
                                     {V_ASN1_PRINTABLESTRING, "admin@example"s},
                                     {V_ASN1_IA5STRING, "K\xF6ln"s},
                                     {V_ASN1_NUMERICSTRING, "12a"s},
                                     {V_ASN1_UNIVERSALSTRING, "\0\0\0a"s}})
        EXPECT_EQ(name_fault(type, text), said) << text;
}

TEST(X509Faults, AreThoseOfTheIssuersNameToo)
{
    const std::string pem = changed(make_cert({}), [](X509& made) {
        X509_NAME_add_entry_by_NID(X509_get_issuer_name(&made), NID_commonName,
                                   V_ASN1_PRINTABLESTRING,
                                   reinterpret_cast<const unsigned char*>("a_b"), -1, -1, 0);
    });

    EXPECT_EQ(fault_of(pem),
              "has in its issuer a commonName in a form that Kubernetes does not read");
}

TEST(X509Faults, AreKeysInAFormThatGoDoesNotRead)
{
    const std::string rsa = changed(make_cert({.key = make_key(KeyKind::Rsa)}), [](X509& made) {
        X509_ALGOR* algorithm = nullptr;
        X509_PUBKEY_get0_param(nullptr, nullptr, nullptr, &algorithm, X509_get_X509_PUBKEY(&made));
        X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_rsaEncryption), V_ASN1_UNDEF, nullptr);
    });
    const TestKey key = make_key();
    EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                   "compressed");

    EXPECT_EQ(fault_of(rsa), "has a key that Kubernetes cannot use (its parameters are not NULL)");
    EXPECT_EQ(fault_of(make_cert({.key = key}).pem),
              "has a key that Kubernetes cannot use (its point is compressed)");
}

TEST(X509Faults, AreExtensionsInAFormThatGoDoesNotRead)
{
    const auto fault = [](const char* name, const char* value) {
        return fault_of(with_extensions(make_cert({}), {{name, value}}));
    };
    const std::string usage =
        "has the extension 'X509v3 Key Usage' in a form that Kubernetes does not read";
    const std::string limits =
        "has the extension 'X509v3 Name Constraints' in a form that Kubernetes does not read";

    EXPECT_EQ(fault("keyUsage", "DER:03:02:05:A0"), "");
    EXPECT_EQ(fault("keyUsage", "DER:03:02:05:A1"), usage);
    EXPECT_EQ(fault("extendedKeyUsage", "DER:30:03:06:05:2B"),
              "has the extension 'X509v3 Extended Key Usage' in a form that Kubernetes does not "
              "read");
    EXPECT_EQ(fault("nameConstraints", "permitted;IP:10.0.0.0/255.0.0.0"), "");
    EXPECT_EQ(fault("nameConstraints", "excluded;IP:::/::"), "");
    EXPECT_EQ(fault("nameConstraints", "DER:30:06:A0:04:30:02:87:00"), limits);
    EXPECT_EQ(fault("nameConstraints", "DER:30:06:A1:04:30:02:87:00"), limits);
}

TEST(X509Faults, SpoilTheWholeFileOfACa)
{
    const std::string good = make_cert({.is_ca = true}).pem;
    const std::string bad = of_version_four();

    EXPECT_EQ(why_unreadable({.certificate = bad + good, .is_pool = true}),
              "is of version 4, and Kubernetes knows 1 to 3 alone");
    EXPECT_EQ(why_unreadable({.certificate = good + bad, .is_pool = true}),
              "holds one behind the first that is of version 4, and Kubernetes knows 1 to 3 alone");
}

/// Go passes over them (crypto/x509, parseCertificate).
TEST(X509Faults, AreNoExtensionsWithoutVersionThree)
{
    const auto as_first = [](const std::string& pem) {
        const TestCert cert{.pem = pem};
        return read_certificate(
            {.certificate = changed({.pem = pem, .key = make_key()},
                                    [](X509& made) { X509_set_version(&made, 0); })});
    };
    const auto server = as_first(make_cert({}).pem);
    const auto ca = as_first(make_cert({.is_ca = true, .use = "clientAuth"}).pem);

    ASSERT_TRUE(server && ca);
    EXPECT_FALSE(server->names_hosts);
    EXPECT_TRUE(server->may_sign);
    EXPECT_TRUE(ca->serves);
}

TEST(X509Faults, AreDatesThatGoDoesNotRead)
{
    const auto dated = [](const char* from, int type = V_ASN1_GENERALIZEDTIME) {
        return why_unreadable({.certificate = changed(make_cert({}), [&](X509& made) {
                                   ASN1_STRING_set(X509_getm_notBefore(&made), from, -1);
                                   X509_getm_notBefore(&made)->type = type;
                               })});
    };
    const std::string invalid = "has an invalid date (its beginning)";

    EXPECT_EQ(dated("20260101000000Z"), "readable");
    EXPECT_EQ(dated("20260101000000.123Z"), invalid);
    // By Go's parser a zone is another than UTC, and a minute may do (crypto/x509 of Go 1.23).
    EXPECT_EQ(dated("20260101000000+0100"), "readable");
    EXPECT_EQ(dated("20260101000000+0000"), invalid);
    for (const char* text :
         {"260101000000Z", "2601010000Z", "260101000000+0100", "2601010000-0100"})
        EXPECT_EQ(dated(text, V_ASN1_UTCTIME), "readable") << text;
    for (const char* text : {"260101000000+0000", "2601010000-0000"})
        EXPECT_EQ(dated(text, V_ASN1_UTCTIME), invalid) << text;
}

}  // namespace
}  // namespace clockguard
