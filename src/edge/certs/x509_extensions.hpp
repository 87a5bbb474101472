// SPDX-License-Identifier: Apache-2.0
// What Go makes of the extensions of a certificate.
#pragma once

#include "edge/certs/x509_handles.hpp"

namespace clockguard {

/// A critical extension that Go does not know, for which it refuses the certificate
/// (UnhandledCriticalExtension); empty: there is none.
StrangePart strange_part(const X509& certificate);

/// An extension that a certificate has twice, of which Go reads nothing then ("certificate contains
/// duplicate extension"); empty: there is none. `openssl req -addext` of OpenSSL 1.1 makes them.
std::string repeated_part(const X509& certificate);

}  // namespace clockguard
