// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/report/diagnosis.hpp"

namespace clockguard {

/// The certificates; findings of one kind become one.
void check_certificates(const Evidence& seen, Report& report);

}  // namespace clockguard
