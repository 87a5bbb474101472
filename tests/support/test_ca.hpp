// SPDX-License-Identifier: Apache-2.0
// Certificates with given times: a fixture from a file would expire one day.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "clockguard/edge/base/handle.hpp"

namespace clockguard {

/// EC is what most tests want: an RSA key takes a hundred times as long to make.
enum class KeyKind { Ec, P384, Rsa, Ed25519 };

using TestKey = std::shared_ptr<EVP_PKEY>;
using TestBio = Handle<BIO, BIO_free_all>;
using TestX509 = Handle<X509, X509_free>;

inline std::string text_of(const TestBio& bio)
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

inline TestKey make_key(KeyKind kind = KeyKind::Ec)
{
    const auto make = [&] {
        switch (kind) {
        case KeyKind::Ec:
            return EVP_EC_gen("P-256");
        case KeyKind::P384:
            return EVP_EC_gen("P-384");
        case KeyKind::Rsa:
            return EVP_RSA_gen(2048);
        case KeyKind::Ed25519:
            return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
        }
        return static_cast<EVP_PKEY*>(nullptr);
    };
    return {make(), EVP_PKEY_free};
}

inline std::string to_pem(const TestKey& key, std::string passphrase = "")
{
    const TestBio out{BIO_new(BIO_s_mem())};
    PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(),
                                  passphrase.empty() ? nullptr : EVP_aes_256_cbc(),
                                  passphrase.empty() ? nullptr : passphrase.data(),
                                  static_cast<int>(passphrase.size()), nullptr, nullptr);
    return text_of(out);
}

inline TestX509 parse_pem(const std::string& pem)
{
    const TestBio in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    return TestX509{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)};
}

/// The DER that is signed, without what a re-issue may change: serial, dates and the authority key
/// identifier, which may name the CA by its serial.
inline std::string lasting_part(const std::string& pem)
{
    const TestX509 made = parse_pem(pem);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 0);
    ASN1_TIME_set(X509_getm_notBefore(made.get()), 0);
    ASN1_TIME_set(X509_getm_notAfter(made.get()), 0);
    const int at = X509_get_ext_by_NID(made.get(), NID_authority_key_identifier, -1);
    if (at >= 0)
        X509_EXTENSION_free(X509_delete_ext(made.get(), at));
    unsigned char* bytes = nullptr;
    const int size = i2d_re_X509_tbs(made.get(), &bytes);
    std::string text(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return text;
}

/// A certificate and its key, both in PEM.
struct TestCert {
    std::string pem{};
    TestKey key{};

    std::string key_pem() const { return to_pem(key); }
};

/// What a test states about a certificate; the rest is as MicroK8s makes it.
struct TestCertSpec {
    std::string name = "server";
    std::chrono::sys_seconds not_before{};
    std::chrono::sys_seconds not_after{};
    const TestCert* issuer = nullptr;  // unset: self-signed
    bool is_ca = false;
    int serial = 0x5d1f;
    TestKey key = make_key();
    const EVP_MD* digest = EVP_sha256();
    bool rsa_pss = false;
    int salt = RSA_PSS_SALTLEN_DIGEST;
    const char* hosts = "DNS:kubernetes,DNS:kubernetes.default,IP:127.0.0.1,IP:10.152.183.1";
    const char* constraints = "";  // of a CA: "permitted;DNS:example"
    const char* use = "";          // of a CA: "serverAuth"; empty: any
    int path_length = -1;          // of a CA; negative: any
};

class TestCertMaker {
public:
    explicit TestCertMaker(const TestCertSpec& spec)
        : spec_{spec}, issuer_{spec.issuer == nullptr ? nullptr : parse_pem(spec.issuer->pem)}
    {
        X509_set_version(made_.get(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made_.get()), spec_.serial);
        ASN1_TIME_set(X509_getm_notBefore(made_.get()),
                      spec_.not_before.time_since_epoch().count());
        ASN1_TIME_set(X509_getm_notAfter(made_.get()), spec_.not_after.time_since_epoch().count());
        X509_set_pubkey(made_.get(), spec_.key.get());
        name("O", spec_.is_ca ? "" : "Canonical");
        name("CN", spec_.name);
        X509_set_issuer_name(made_.get(), X509_get_subject_name(issuer()));
        extend();
        sign();
    }

    TestCert result() const
    {
        const TestBio out{BIO_new(BIO_s_mem())};
        PEM_write_bio_X509(out.get(), made_.get());
        return {.pem = text_of(out), .key = spec_.key};
    }

private:
    X509* issuer() const { return issuer_ ? issuer_.get() : made_.get(); }

    void name(const char* field, const std::string& value)
    {
        if (!value.empty())
            X509_NAME_add_entry_by_txt(X509_get_subject_name(made_.get()), field, MBSTRING_ASC,
                                       reinterpret_cast<const unsigned char*>(value.c_str()), -1,
                                       -1, 0);
    }

    void extension(int nid, const char* value)
    {
        X509V3_CTX context;
        X509V3_set_ctx(&context, issuer(), made_.get(), nullptr, nullptr, 0);
        const Handle<X509_EXTENSION, X509_EXTENSION_free> made{
            X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
        X509_add_ext(made_.get(), made.get(), -1);
    }

    void extend()
    {
        const std::string authority =
            spec_.path_length < 0 ? "critical,CA:TRUE"
                                  : "critical,CA:TRUE,pathlen:" + std::to_string(spec_.path_length);
        extension(NID_basic_constraints, spec_.is_ca ? authority.c_str() : "CA:FALSE");
        if (spec_.is_ca) {
            extension(NID_subject_key_identifier, "hash");
            if (*spec_.constraints != '\0')
                extension(NID_name_constraints, spec_.constraints);
            if (*spec_.use != '\0')
                extension(NID_ext_key_usage, spec_.use);
            return;
        }
        extension(NID_key_usage, "keyEncipherment,dataEncipherment,digitalSignature");
        extension(NID_ext_key_usage, "serverAuth,clientAuth");
        extension(NID_authority_key_identifier, "keyid,issuer:always");
        if (*spec_.hosts != '\0')
            extension(NID_subject_alt_name, spec_.hosts);
    }

    void sign()
    {
        EVP_PKEY* key = spec_.issuer == nullptr ? spec_.key.get() : spec_.issuer->key.get();
        if (!spec_.rsa_pss) {
            X509_sign(made_.get(), key, spec_.digest);
            return;
        }
        const Handle<EVP_MD_CTX, EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
        EVP_PKEY_CTX* padding = nullptr;
        EVP_DigestSignInit(context.get(), &padding, spec_.digest, nullptr, key);
        EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, spec_.salt);
        X509_sign_ctx(made_.get(), context.get());
    }

    TestCertSpec spec_;
    TestX509 issuer_;
    TestX509 made_{X509_new()};
};

inline TestCert make_cert(const TestCertSpec& spec)
{
    return TestCertMaker{spec}.result();
}

/// By the names of openssl's configuration: "keyUsage", "1.2.3.4".
using TestExtensions = std::vector<std::pair<const char*, const char*>>;

/// The PEM of a self-signed certificate with other extensions instead of its own.
inline std::string with_extensions(const TestCert& cert, const TestExtensions& extensions)
{
    const TestX509 made = parse_pem(cert.pem);
    while (X509_get_ext_count(made.get()) > 0)
        X509_EXTENSION_free(X509_delete_ext(made.get(), 0));
    const Handle<CONF, NCONF_free> conf{NCONF_new(nullptr)};  // without one policies crash
    X509V3_CTX context;
    X509V3_set_ctx(&context, made.get(), made.get(), nullptr, nullptr, 0);
    X509V3_set_nconf(&context, conf.get());
    for (const auto& [name, value] : extensions) {
        const Handle<X509_EXTENSION, X509_EXTENSION_free> extension{
            X509V3_EXT_nconf(conf.get(), &context, name, value)};
        X509_add_ext(made.get(), extension.get(), -1);
    }
    X509_sign(made.get(), cert.key.get(), EVP_sha256());
    const TestBio out{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(out.get(), made.get());
    return text_of(out);
}

}  // namespace clockguard
