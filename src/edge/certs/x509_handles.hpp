// SPDX-License-Identifier: Apache-2.0
// What the x509 sources share. Types of OpenSSL appear in no header that others include.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "clockguard/core/certs/certificate.hpp"
#include "clockguard/edge/base/handle.hpp"

namespace clockguard {

using BioPtr = Handle<BIO, BIO_free_all>;
using KeyPtr = Handle<EVP_PKEY, EVP_PKEY_free>;
using X509Ptr = Handle<X509, X509_free>;

/// The oldest complaint in OpenSSL's queue, which is emptied.
std::string drain_errors();

[[nodiscard]] Result<X509Ptr> parse_certificate(std::string_view pem);

/// `name` is for the message. A key with a passphrase is refused: nobody is there to type it.
[[nodiscard]] Result<KeyPtr> parse_private_key(std::string_view pem, std::string_view name);

/// Each different certificate of a text, in its order; what is none is passed over, as Go does
/// (x509.CertPool.AppendCertsFromPEM). An error where there are more than anybody has.
[[nodiscard]] Result<std::vector<X509Ptr>> parse_all(std::string_view pem);

/// Of several, owned or not, the one whose key this is; nothing where there is none.
template <class All>
X509* find_by_key(const All& all, EVP_PKEY* key)
{
    for (const auto& one : all)
        if (EVP_PKEY_eq(X509_get0_pubkey(&*one), key) == 1)
            return &*one;
    return nullptr;
}

/// What a certificate says by itself. Dates that are none are an error.
[[nodiscard]] Result<CertFacts> to_facts(const X509& certificate);

std::string serial_text(const X509& certificate);

}  // namespace clockguard
