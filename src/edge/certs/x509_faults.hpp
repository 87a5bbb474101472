// SPDX-License-Identifier: Apache-2.0
// What Go's parser refuses in a certificate and OpenSSL takes.
#pragma once

#include <string>

#include "edge/certs/x509_handles.hpp"

namespace clockguard {

/// Why Go reads no such certificate (crypto/x509, parseCertificate), whoever verifies it; empty: it
/// does. Of its faults those that a program has made.
std::string parser_fault(const X509& certificate);

}  // namespace clockguard
