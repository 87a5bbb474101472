// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/x509.hpp"

#include <array>
#include <ctime>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "clockguard/core/base/pem.hpp"
#include "edge/certs/x509_handles.hpp"

namespace clockguard {
namespace {

BioPtr memory(std::string_view text)
{
    return BioPtr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

std::string take(const BioPtr& bio)
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

/// "CN=server,O=x" (RFC 2253, in the order of the certificate).
std::string name_text(const X509_NAME* name)
{
    const BioPtr out{BIO_new(BIO_s_mem())};
    X509_NAME_print_ex(out.get(), name, 0,
                       XN_FLAG_SEP_COMMA_PLUS | ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_ESC_CTRL |
                           XN_FLAG_FN_SN);
    return take(out);
}

/// Over ASN1_TIME_diff, which takes GeneralizedTime and UTCTime alike and no time zone.
std::chrono::sys_seconds to_instant(const ASN1_TIME* time)
{
    using Epoch = Handle<ASN1_TIME, ASN1_TIME_free>;
    const Epoch epoch{ASN1_TIME_set(nullptr, 0)};
    int days = 0;
    int seconds = 0;
    ASN1_TIME_diff(&days, &seconds, epoch.get(), time);
    return std::chrono::sys_days{} + std::chrono::days{days} + std::chrono::seconds{seconds};
}

std::string sha256_text(const X509& certificate)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    X509_digest(&certificate, EVP_sha256(), digest.data(), &size);
    std::string text;
    for (unsigned int i = 0; i < size; ++i)
        text += fmt::format("{:02x}", digest[i]);
    return text;
}

/// Unset where the key cannot be had without a passphrase.
std::optional<bool> fits_key(const X509& certificate, const std::string& pem)
{
    if (is_encrypted_key(pem))
        return std::nullopt;
    const auto key = parse_private_key(pem, "");
    if (!key)
        return false;
    const bool fits = X509_check_private_key(&certificate, key->get()) == 1;
    ERR_clear_error();
    return fits;
}

/// The signature alone: a CA with wrong dates has still signed what it has signed.
bool is_signed_by(X509& certificate, const std::string& pem)
{
    const auto issuer = parse_certificate(pem);
    if (!issuer)
        return false;
    const bool is_signed = X509_check_issued(issuer->get(), &certificate) == X509_V_OK &&
                           X509_verify(&certificate, X509_get0_pubkey(issuer->get())) == 1;
    ERR_clear_error();
    return is_signed;
}

/// Nobody is there to be asked for a passphrase; OpenSSL's own callback would read the terminal.
int no_passphrase(char*, int, int, void*)
{
    return -1;
}

}  // namespace

std::string drain_errors()
{
    const unsigned long first = ERR_get_error();
    ERR_clear_error();
    const char* reason = ERR_reason_error_string(first);
    return reason == nullptr ? "OpenSSL gives no reason" : reason;
}

Result<X509Ptr> parse_certificate(std::string_view pem)
{
    const auto blocks = find_certificates(pem);
    if (!blocks)
        return fail(blocks.error());
    const PemBlock& first = blocks->front();
    const BioPtr bio = memory(pem.substr(first.begin, first.size));
    X509Ptr certificate{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)};
    if (!certificate)
        return fail(fmt::format("is no certificate: {}", drain_errors()));
    return certificate;
}

Result<KeyPtr> parse_private_key(std::string_view pem, std::string_view name)
{
    if (is_encrypted_key(pem))
        return fail(fmt::format("key '{}' is encrypted with a passphrase", name));
    const BioPtr bio = memory(pem);
    KeyPtr key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)};
    if (!key)
        return fail(fmt::format("key '{}' is no private key: {}", name, drain_errors()));
    return key;
}

std::string serial_text(const X509& certificate)
{
    const BioPtr out{BIO_new(BIO_s_mem())};
    i2a_ASN1_INTEGER(out.get(), X509_get0_serialNumber(&certificate));
    return take(out);
}

CertFacts to_facts(const X509& certificate)
{
    return {.subject = name_text(X509_get_subject_name(&certificate)),
            .issuer = name_text(X509_get_issuer_name(&certificate)),
            .serial = serial_text(certificate),
            .sha256 = sha256_text(certificate),
            .not_before = to_instant(X509_get0_notBefore(&certificate)),
            .not_after = to_instant(X509_get0_notAfter(&certificate))};
}

Result<CertFacts> read_certificate(const CertTexts& texts)
{
    const auto certificate = parse_certificate(texts.certificate);
    if (!certificate)
        return fail(certificate.error());
    CertFacts facts = to_facts(**certificate);
    facts.is_ca = X509_check_ca(certificate->get()) != 0;
    if (texts.key)
        facts.key_matches = fits_key(**certificate, *texts.key);
    if (texts.issuer)
        facts.signed_by_issuer = is_signed_by(**certificate, *texts.issuer);
    ERR_clear_error();
    return facts;
}

}  // namespace clockguard
