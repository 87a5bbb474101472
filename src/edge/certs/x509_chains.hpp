// SPDX-License-Identifier: Apache-2.0
// The ways from a certificate up to its CA's file.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "edge/certs/x509_handles.hpp"

namespace clockguard {

/// What a certificate has to do with one that may have signed it.
struct Bond {
    bool is_signed = false;
    bool is_named = false;  // its authority key identifier is this one's, or it has none
};

/// Each signature is verified once, however often it is asked for.
class Bonds {
public:
    Bond between(X509& certificate, X509& issuer);

private:
    std::map<std::pair<const X509*, const X509*>, Bond> known_{};
};

/// A way from a certificate up.
struct Chain {
    X509* signer = nullptr;  // what signed the certificate
    X509* anchor = nullptr;  // the one in the CA's file where the way ends
    CertSigner facts{};      // without the digest
};

/// What a certificate is sent with, and what it is verified by.
struct ChainParts {
    const std::vector<X509*>& sent;  // the certificate itself first
    const std::vector<X509*>& pool;  // the CA's file
};

/// As Go looks for them (crypto/x509, Certificate.buildChains), whatever is against one: a TLS peer
/// takes what is sent behind a certificate for intermediates.
std::vector<Chain> find_chains(const ChainParts& parts, Bonds& bonds);

/// As Go asks of what signs (crypto/x509, CheckSignatureFrom); version 1 has no extensions.
bool may_sign(X509& certificate);

}  // namespace clockguard
