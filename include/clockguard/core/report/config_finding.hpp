// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// A finding and a check of what could not be used of the configuration; nothing where all could.
void add_configuration(const std::vector<Error>& problems, Report& report);

}  // namespace clockguard
