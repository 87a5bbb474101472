// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/clock/chrony_wire.hpp"
#include "clockguard/core/clock/readings.hpp"

namespace clockguard {

/// Where chronyd listens. The socket is asked first, and any answer that comes from it is final:
/// only root and chrony can put one there. UDP is asked where the socket cannot be used or is
/// silent, and its answer counts only while the kernel lists one listener there, which belongs to
/// root or to the owner of the socket's folder.
struct ChronyAddress {
    std::optional<int> port{};  // on 127.0.0.1, then ::1
    std::string socket{};       // empty: not asked
};

/// One TRACKING report, not later than `until`. Nothing here waits for a chronyd that is too busy
/// to take a question.
[[nodiscard]] Result<ChronyTracking> query_tracking(const ChronyAddress& address, Uptime until);

/// How many sources chronyd has and how many of the first 64 answer it: why it is not synchronised.
/// Nothing where chronyd does not tell of them here.
[[nodiscard]] Result<std::optional<ChronySources>> query_sources(const ChronyAddress& address,
                                                                 Uptime until);

/// How many sources chronyd asks, and how many it cannot.
[[nodiscard]] Result<ChronyActivity> query_activity(const ChronyAddress& address, Uptime until);

/// Tells chronyd that its sources can be reached (ONLINE, which resolves their names too) and to
/// ask all of them now (BURST): it saves chronyd's own back-off of 28 s and more. Never ONOFFLINE,
/// which takes the sources offline where the route is still to come. Only the socket takes
/// commands.
[[nodiscard]] Result<void> nudge_chrony(const ChronyAddress& address, Uptime until);

/// BURST alone: what is offline stays so.
[[nodiscard]] Result<void> burst_chrony(const ChronyAddress& address, Uptime until);

/// ONLINE alone: for sources that went offline while the gate waited.
[[nodiscard]] Result<void> put_sources_online(const ChronyAddress& address, Uptime until);

}  // namespace clockguard
