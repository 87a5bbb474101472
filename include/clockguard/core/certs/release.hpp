// SPDX-License-Identifier: Apache-2.0
// Which release of MicroK8s a node has.
#pragma once

#include <optional>
#include <string_view>

namespace clockguard {

/// The 34 of "version: v1.34.2" in a snap's meta/snap.yaml: of Kubernetes 1.x.
std::optional<int> parse_minor(std::string_view snap_yaml);

}  // namespace clockguard
