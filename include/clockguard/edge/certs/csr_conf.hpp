// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/certs/csr_conf.hpp"
#include "clockguard/edge/certs/installation.hpp"

namespace clockguard {

/// Every address of this machine, in the order of getifaddrs(3).
[[nodiscard]] Result<std::vector<HostAddress>> read_addresses();

/// What MicroK8s' kicker decides by. Unset where it cannot be told: another machine's disk does not
/// have our addresses, and without a template nothing is rendered, as with every other
/// distribution.
std::optional<CsrConf> read_csr_conf(const Installation& installed);

}  // namespace clockguard
