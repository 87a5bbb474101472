// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// Of Kubernetes 1.x, as the snap of MicroK8s that is mounted says; nothing where none is.
std::optional<int> read_minor(const Root& root);

}  // namespace clockguard
