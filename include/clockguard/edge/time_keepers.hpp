// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/readings.hpp"
#include "clockguard/edge/root.hpp"

namespace clockguard {

/// Looks which program keeps the time here: chronyd's program and process, timesyncd's marker.
TimeKeepers read_time_keepers(const Root& root);

}  // namespace clockguard
