// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// chrony.conf, where distributions put it, with all that it includes, each file and pattern once.
/// Empty where there is none, or where it cannot be read.
std::string read_chrony_conf(const Root& root);

}  // namespace clockguard
