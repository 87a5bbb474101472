// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace clockguard {

/// Whether Kubernetes can use a private key, or could if it had its passphrase.
bool is_usable_key(const std::string& pem);

}  // namespace clockguard
