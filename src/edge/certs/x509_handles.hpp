// SPDX-License-Identifier: Apache-2.0
// What the x509 sources share. Types of OpenSSL appear in no header that others include.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "clockguard/core/base/pem.hpp"
#include "clockguard/core/certs/certificate.hpp"
#include "clockguard/edge/base/handle.hpp"

namespace clockguard {

using BioPtr = Handle<BIO, BIO_free_all>;
using KeyPtr = Handle<EVP_PKEY, EVP_PKEY_free>;
using X509Ptr = Handle<X509, X509_free>;

/// A bundle of all public CAs has about 150.
inline constexpr std::size_t most_certificates = 256;

inline std::string_view bytes_of(const ASN1_STRING& text)
{
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(&text)),
            static_cast<std::size_t>(ASN1_STRING_length(&text))};
}

/// The oldest complaint in OpenSSL's queue, which is emptied.
std::string drain_errors();

/// The first one of a text.
[[nodiscard]] Result<X509Ptr> parse_certificate(std::string_view pem);

/// All of the block is the certificate: Go takes nothing behind it.
[[nodiscard]] Result<X509Ptr> parse_certificate(const PemBlock& block);

/// `name` is for the message. A key with a passphrase is refused: nobody is there to type it.
[[nodiscard]] Result<KeyPtr> parse_private_key(std::string_view pem, std::string_view name);

/// Why Go has no use for a key (crypto/x509, parsePublicKey; crypto/tls,
/// signatureSchemesForCertificate), or nothing. A CA's may be shorter.
std::string key_fault(const EVP_PKEY& key, bool is_of_ca);

/// Whether a private key is a certificate's, if it is RSA's or EC's. As Go compares them: EC's
/// public half is computed from the private one, and parts of RSA's that do not fit each other are
/// no key (crypto/x509, parseECPrivateKey; crypto/rsa, Validate). Without the general functions,
/// which try every decoder of every provider, for a millisecond a key
/// (OSSL_DECODER_CTX_new_for_pkey). Nothing of other kinds.
std::optional<bool> is_key_of(const PemBlock& key, const X509& certificate);

/// Whether Go verifies signatures with it (crypto/x509, signatureAlgorithmDetails). None at all:
/// the key's own kind has it built in.
bool is_strong_digest(int digest);

/// "SHA1": what Go refuses in a certificate's signature (crypto/x509, checkSignature); empty: it
/// verifies it.
std::string weak_digest(const X509& certificate);

/// Its dates; 1970 for one that is none.
std::chrono::sys_seconds first_moment(const X509& certificate);
std::chrono::sys_seconds last_moment(const X509& certificate);

bool is_valid_at(const X509& certificate, std::chrono::sys_seconds when);

/// What a certificate says by itself. Dates that are none are an error.
[[nodiscard]] Result<CertFacts> to_facts(const X509& certificate);

std::string serial_text(const X509& certificate);

}  // namespace clockguard
