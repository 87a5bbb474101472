// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/report/diagnosis.hpp"

namespace clockguard {

/// What else in MicroK8s is dated from the future; nothing is said where nothing was found.
void check_leftovers(const Evidence& seen, Report& report);

}  // namespace clockguard
