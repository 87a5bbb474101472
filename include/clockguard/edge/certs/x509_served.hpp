// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/edge/certs/x509.hpp"

namespace clockguard {

/// The serial of the certificate that a TLS server on this machine serves.
[[nodiscard]] Result<std::string> query_served_serial(int port, std::chrono::milliseconds limit);

}  // namespace clockguard
