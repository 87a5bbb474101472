// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// Who has a device open: "chronyd, pid 1071"; to see into other users' programs takes root.
std::string holder_of(const Root& root, const std::string& node);

}  // namespace clockguard
