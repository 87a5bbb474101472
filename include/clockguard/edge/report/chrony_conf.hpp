// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// What chronyd was told of its sources, where distributions put it: chrony.conf, and the folders
/// of files beside it. Empty where there is none.
std::string read_chrony_conf(const Root& root);

}  // namespace clockguard
