// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// What a Secret of type kubernetes.io/tls holds, both in PEM.
struct TlsSecret {
    std::string certificate{};
    std::string key{};
};

/// The Secret as k3s and RKE2 keep it in a file (rancher/dynamiclistener, storage/file): JSON, with
/// "tls.crt" and "tls.key" in base64.
[[nodiscard]] Result<TlsSecret> parse_tls_secret(std::string_view text);

}  // namespace clockguard
