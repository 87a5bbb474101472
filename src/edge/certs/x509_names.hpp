// SPDX-License-Identifier: Apache-2.0
// A certificate's subject alternative names, as Go reads them, and what a CA says of names.
#pragma once

#include "edge/certs/x509_handles.hpp"

namespace clockguard {

/// Whether a server's certificate is for a host: by its subject alternative names alone, and an
/// address by addresses alone (crypto/x509, VerifyHostname).
bool is_for_host(const X509& certificate, const std::string& host);

/// "127.0.0.1": the first of a certificate's subject alternative names for which a CA's name
/// constraints let it sign nothing; empty: there is none. Go looks at no other names (crypto/x509,
/// Certificate.Verify).
std::string forbidden_name(const X509& certificate, const X509& issuer);

/// Whether a CA has name constraints of a kind that Go does not know, such as those on
/// directory names (crypto/x509, parseNameConstraintsExtension).
bool has_strange_limits(const X509& certificate);

/// Whether some of its name constraints are in a form that Go does not read.
bool has_unreadable_limits(const X509& certificate);

/// Whether one of its subject alternative names is of a kind that Go knows.
bool has_known_name(const X509& certificate);

/// Its subject alternative names.
struct NameFacts {
    bool has_host = false;  // a server can be called by one
    std::string strange{};  // the first that Go does not read; empty: it reads all
};

NameFacts name_facts(const X509& certificate);

}  // namespace clockguard
