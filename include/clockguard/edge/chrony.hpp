// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/readings.hpp"

namespace clockguard {

/// Where chronyd listens. UDP is asked first: it needs no file, so neither AppArmor nor SELinux
/// have a say in it. The socket is asked where UDP is closed (cmdport 0) or refuses.
struct ChronyAddress {
    std::optional<int> port{};  // on 127.0.0.1, then ::1
    std::string socket{};       // empty: not asked
};

/// One TRACKING report. A chronyd that does not answer costs at most a second for each address.
[[nodiscard]] Result<ChronyTracking> query_tracking(const ChronyAddress& address);

/// How many sources chronyd has and how many answer it: why it is not synchronised.
[[nodiscard]] Result<ChronySources> query_sources(const ChronyAddress& address);

/// Tells chronyd to look at its network again and to ask all sources now (ONOFFLINE and BURST),
/// which saves its own back-off of 28 s and more. Only the socket takes commands.
[[nodiscard]] Result<void> nudge_chrony(const ChronyAddress& address);

}  // namespace clockguard
