// SPDX-License-Identifier: Apache-2.0
#include "edge/certs/x509_context.hpp"

#include <gtest/gtest.h>
#include <openssl/decoder.h>

#include "support/test_ca.hpp"

namespace clockguard {
namespace {

TestX509 read_there(const std::string& pem)
{
    const TestX509 made = parse_pem(pem);
    unsigned char* der = nullptr;
    const int size = i2d_X509(made.get(), &der);
    const unsigned char* next = der;
    auto* value = reinterpret_cast<ASN1_VALUE*>(X509_new_ex(certificate_context(), nullptr));
    ASN1_item_d2i(&value, &next, size, ASN1_ITEM_rptr(X509));
    OPENSSL_free(der);
    return TestX509{reinterpret_cast<X509*>(value)};
}

TEST(CertificateContext, ReadsAndVerifiesWhatKubernetesUses)
{
    for (const KeyKind kind : {KeyKind::Rsa, KeyKind::Ec, KeyKind::P384, KeyKind::Ed25519}) {
        const TestCert ca =
            make_cert({.is_ca = true,
                       .key = make_key(kind),
                       .digest = kind == KeyKind::Ed25519 ? nullptr : EVP_sha256()});
        const TestX509 read = read_there(ca.pem);

        ASSERT_NE(X509_get0_pubkey(read.get()), nullptr);
        EXPECT_EQ(EVP_PKEY_eq(X509_get0_pubkey(read.get()), ca.key.get()), 1);
        EXPECT_EQ(X509_verify(read.get(), X509_get0_pubkey(read.get())), 1);
        EXPECT_EQ(X509_check_ca(read.get()), 1);
    }
}

/// It is there for the speed of this.
TEST(CertificateContext, HasADecoderForEachOfTheseAndNoOther)
{
    const auto count = [](auto*, void* counted) { ++*static_cast<int*>(counted); };
    int decoders = 0;
    int kinds = 0;
    OSSL_DECODER_do_all_provided(certificate_context(), count, &decoders);
    EVP_KEYMGMT_do_all_provided(certificate_context(), count, &kinds);

    ASSERT_NE(certificate_context(), nullptr);
    EXPECT_EQ(decoders, 3);
    EXPECT_EQ(kinds, 3);
}

TEST(CertificateContext, ReadsACertificateWithAnotherKeyWithoutIt)
{
    const TestKey other{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"), EVP_PKEY_free};
    const TestX509 read = read_there(make_cert({.key = other, .digest = nullptr}).pem);

    ASSERT_NE(read, nullptr);
    EXPECT_EQ(X509_get0_pubkey(read.get()), nullptr);
}

}  // namespace
}  // namespace clockguard
