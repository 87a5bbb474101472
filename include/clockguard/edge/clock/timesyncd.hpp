// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "clockguard/core/clock/readings.hpp"

namespace clockguard {

/// What the server of systemd-timesyncd said of its own source in its last packet (NTPMessage of
/// org.freedesktop.timesync1(5)), from the system bus. Nothing where that is not told in time;
/// timesyncd is not started for it.
std::optional<ServerReference> ask_timesyncd(Uptime until);

}  // namespace clockguard
