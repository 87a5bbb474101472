// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/edge/certs/x509.hpp"

namespace clockguard {

/// Where a server of this machine listens.
struct TlsEndpoint {
    std::string address = "127.0.0.1";  // IPv4 or IPv6
    int port = 0;
};

/// "127.0.0.1:16443", "[::1]:16443"
std::string to_text(const TlsEndpoint& endpoint);

/// The serial of the certificate that a TLS server on this machine serves.
[[nodiscard]] Result<std::string> query_served_serial(const TlsEndpoint& endpoint,
                                                      std::chrono::milliseconds limit);

}  // namespace clockguard
