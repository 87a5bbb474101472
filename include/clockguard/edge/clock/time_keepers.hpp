// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "clockguard/core/clock/ratchet.hpp"
#include "clockguard/core/clock/readings.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// Looks which program keeps the time here: chronyd's program and process, timesyncd's marker.
TimeKeepers read_time_keepers(const Root& root);

/// The files that are there of those whose date chronyd -s (chronyd(8), -s) and systemd-timesyncd
/// (systemd-timesyncd.service(8), FILES) take for a moment that has passed.
std::vector<Ratchet> read_ratchets(const Root& root);

}  // namespace clockguard
