// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/base/time.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// The time zone is that of the machine, /etc/localtime, and never the caller's TZ: what a
/// hardware clock means does not depend on who asks. No zone file means UTC.

/// Which moment it is when clocks on the wall show these digits; in the doubled hour of autumn, the
/// one that is nearer to `expected`.
std::chrono::sys_seconds from_local(const Root& root, std::chrono::sys_seconds shown,
                                    Instant expected);

/// What clocks on the wall show at this moment.
std::chrono::sys_seconds to_local(const Root& root, std::chrono::sys_seconds moment);

}  // namespace clockguard
