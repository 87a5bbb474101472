// SPDX-License-Identifier: Apache-2.0
// What Go makes of the extensions of a certificate.
#pragma once

#include <cstdint>
#include <string>

#include "edge/certs/x509_handles.hpp"

namespace clockguard {

/// Without version 3 Go passes over those that there are.
bool has_extensions(const X509& certificate);

/// Whether its extended key usage has a use (XKU_SSL_SERVER); without one it is for any.
bool is_for(const X509& certificate, std::uint32_t use);

/// A critical extension that Go does not know, for which it refuses the certificate
/// (UnhandledCriticalExtension); empty: there is none.
StrangePart strange_part(const X509& certificate);

/// An extension that a certificate has twice, of which Go reads nothing then ("certificate contains
/// duplicate extension"); empty: there is none. `openssl req -addext` of OpenSSL 1.1 makes them.
std::string repeated_part(const X509& certificate);

/// Whether an extension is not of the form that its kind has for OpenSSL, which then tells nothing
/// of any.
bool has_torn_extension(const X509& certificate);

/// An extension that Go reads nothing of the certificate for, and OpenSSL takes; empty: there is
/// none. See has_readable_form(); constraints on addresses, too, of another length than address and
/// mask have (Microsoft's CA writes empty ones).
std::string unreadable_extension(const X509& certificate);

}  // namespace clockguard
