// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace clockguard {

/// Whether a server's certificate (PEM) is for a host: by its subject alternative names alone, and
/// an address by addresses alone, as Go looks (crypto/x509, VerifyHostname).
bool is_for_host(const std::string& certificate, const std::string& host);

}  // namespace clockguard
