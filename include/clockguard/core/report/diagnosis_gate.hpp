// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/report/diagnosis.hpp"

namespace clockguard {

/// Whether the distribution waits for the clock, and how the wait of this boot ended.
void check_gate(const Evidence& seen, Report& report);

/// Which of our units nothing starts.
void check_units(const Evidence& seen, Report& report);

}  // namespace clockguard
