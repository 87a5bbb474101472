// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/time_sync.hpp"
#include "clockguard/edge/root.hpp"

namespace clockguard {

/// How Hyper-V's time synchronisation stands here: two looks, a fifth of a second apart where there
/// is a clock to read, else one.
TimeSyncView read_time_sync(const Root& root, Instant floor);

/// How many messages the host has sent by now; nothing where nobody counts them. Needs no device
/// node and no right.
std::optional<HostCount> count_host_messages(const Root& root);

}  // namespace clockguard
